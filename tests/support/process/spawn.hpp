// Makes a child process under the conditions that a test asks for.
#pragma once

#include "tests/support/process/program.hpp"

namespace plug::test {

/// Runs `command` with its output and errors going to two files; gives its process id.
int spawn(const std::vector<std::string>& command, const start_options& options,
          const std::filesystem::path& output, const std::filesystem::path& errors);

} // namespace plug::test
