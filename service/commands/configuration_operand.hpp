// The configuration file that a command such as `plug check` names, or the usual one.
#pragma once

#include "service/commands/command.hpp"

#include <filesystem>
#include <optional>
#include <variant>

namespace plug {

/// The configuration file of this machine; unset = it has none.
[[nodiscard]] std::optional<std::filesystem::path> usual_file();

/// The one positional of `read`, or the usual file. Refused with all problems of `read`.
[[nodiscard]] std::variant<std::filesystem::path, usage_error>
configuration_operand(split_words read);

} // namespace plug
