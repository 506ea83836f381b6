// All commands of `plug`, in the order in which help lists them.
#pragma once

#include "service/commands/command.hpp"

#include <span>
#include <string>
#include <string_view>

namespace plug {

/// Each stands in the file of its command.
extern const command_row run_row, check_row, config_row, reload_row, explain_row, demo_row,
    convert_row, service_row, help_row, version_row;

[[nodiscard]] std::span<const command_row* const> commands();

/// The command of that name; null = there is none.
[[nodiscard]] const command_row* find_command(std::string_view name);

/// The command that `word` was most likely meant for; empty = none is near enough.
[[nodiscard]] std::string_view nearest_command(std::string_view word);

} // namespace plug
