// What `plug --help` and `plug help COMMAND` print, and what follows the reasons when a line is
// refused. No line is wider than 80 columns.
#pragma once

#include "service/commands/command.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// What somebody may want, and the lines for it.
struct help_example {
    std::string_view sentence;
    std::vector<std::string_view> lines;
};
[[nodiscard]] std::span<const help_example> help_examples();

/// The whole help: examples, commands, options, where to read more.
[[nodiscard]] std::string help_text();

/// The help of one command: how it is written, what it does, its options.
[[nodiscard]] std::string help_text_of(const command_row& row);

/// Each way to write that command.
[[nodiscard]] std::vector<std::string> usage_lines_of(const command_row& row);

/// How a line without a command is written, and the names of the commands.
[[nodiscard]] std::string usage_text();

/// How that command is written.
[[nodiscard]] std::string usage_text_of(const command_row& row);

/// `Plugdaemon 3.0.0` and the end of the line.
[[nodiscard]] std::string version_text();

/// How a 2.x line is written.
[[nodiscard]] std::string usage_text_2x();

} // namespace plug
