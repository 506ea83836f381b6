// The command line of the load generator.
#pragma once

#include "tests/benchmark/load/work.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace load {

class usage_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

extern const char* const usage;

/// Throws usage_error for an unknown option or a value that is no number.
options parse_options(const std::vector<std::string>& arguments);

} // namespace load
