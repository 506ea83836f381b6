// The command line of `plug convert`.
#pragma once

#include "service/commands/dispatch.hpp"

#include <span>
#include <string>

namespace plug {

/// Reads `words`, a line without the word `convert`, and what it names, and converts that:
/// `[--from 2.x|3.0] [--to file|command-line] -- ARGUMENTS`, or
/// `--from 2.x|rinetd|portproxy [--to file] FILE`, where - is standard input; with `--append FILE`,
/// to that file.
command parse_convert(std::span<const std::string> words);

} // namespace plug
