// `plug convert`: prints a command line, or the forwards of another program, as a configuration
// file.
#pragma once

#include "service/commands/command.hpp"
#include "service/convert/append.hpp"

#include <span>
#include <string>
#include <variant>

namespace plug {

using conversion_result = std::variant<write_request, print_command, usage_error, file_error>;

/// Reads `words`, what follows `convert`, and the file that it names, and converts that:
/// `[--from 2.x|3.0] [--to file|command-line] -- ARGUMENTS`, or
/// `--from 2.x|rinetd|portproxy [--to file] FILE`, where - is standard input; with `--append FILE`,
/// to that file.
conversion_result read_convert(std::span<const std::string> words);

} // namespace plug
