// The command line of 3.0: a command and its long options.
#pragma once

#include "service/commands/dispatch.hpp"

#include <span>
#include <string>
#include <string_view>

namespace plug {

/// Whether `word` is a command when it is the first of a line: run, check, config, demo, convert,
/// service, help, version.
[[nodiscard]] bool is_command(std::string_view word);

/// Reads a 3.0 line; see parse_command_line().
command parse_line_3(std::span<const std::string> words, bool is_supervised);

/// `Plugdaemon 3.0.0` and the end of the line.
[[nodiscard]] std::string version_text();

} // namespace plug
