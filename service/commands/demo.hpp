// `plug demo`: one plug and three small HTTP targets, to see what plug does.
#pragma once

#include "service/commands/command.hpp"
#include "service/showcase/demo.hpp"

#include <span>
#include <string>
#include <variant>

namespace plug {

/// Reads `words`, what follows `demo`.
std::variant<demo_options, usage_error> read_demo(std::span<const std::string> words);

} // namespace plug
