// The command lines of `plug`: tells 2.x and 3.0 apart and finds the command of a line.
#pragma once

#include "service/commands/command.hpp"

#include <span>
#include <string>
#include <variant>

namespace plug {

/// Which of the two command lines a line is written in.
enum class dialect { v2, v3 };

/// The dialect of `words` (without the program's name), or a problem where both are mixed:
/// 3.0 when the first word is a command or any word begins with `--`; 2.x when it has a
/// single-letter option and no `--` word; with neither it is 3.0.
std::variant<dialect, problem> dialect_of(std::span<const std::string> words);

/// Reads `words`, the arguments without the program's name, and the configuration file that they
/// name. Paths are made absolute against the current directory. `is_supervised` = a supervisor
/// wants the foreground (platform::supervised()). The settings of a run_command have passed
/// validate().
command parse_command_line(std::span<const std::string> words, bool is_supervised);

} // namespace plug
