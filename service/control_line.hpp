// The command lines of the commands that talk to a plug that runs: `plug reload`, `plug explain`.
#pragma once

#include "service/command_line.hpp"

#include <span>
#include <string>

namespace plug {

/// Reads `words`, what follows `reload`.
command parse_reload(std::span<const std::string> words);

/// Reads `words`, what follows `explain`.
command parse_explain(std::span<const std::string> words);

} // namespace plug
