// `plug run`, and a line without a command: runs plugs that the line or a file describes.
#pragma once

#include "service/commands/command.hpp"

#include <span>
#include <string>

namespace plug {

/// Reads `words`, a line of 3.0 without a command, or what follows `run`.
command parse_run(std::span<const std::string> words, bool by_default_detached);

} // namespace plug
