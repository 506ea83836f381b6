// `plug reload`: makes a running plug read its configuration file again.
#pragma once

#include "service/commands/command.hpp"

#include <span>
#include <string>
#include <variant>

namespace plug {

/// The plug that serves `place` is to read its file again.
struct reload_request {
    std::string place;
    /// Even where the file holds no plug, which takes all of them away.
    bool may_be_empty = false;
};

/// Reads `words`, what follows `reload`.
std::variant<reload_request, usage_error> read_reload(std::span<const std::string> words);

} // namespace plug
