// `plug explain`: prints what a running plug would do with a client, and why.
#pragma once

#include "service/commands/command.hpp"
#include "service/control/explain_query.hpp"

#include <span>
#include <string>
#include <variant>

namespace plug {

/// What the plug that serves `place` would do with a client.
struct explain_request {
    std::string place;
    explain_query asked;
    /// Print the plug's answer as it is.
    bool json = false;
    /// Print the names of the plugs instead, or where `asked` has a plug, those of its targets.
    bool list = false;
};

/// Reads `words`, what follows `explain`.
std::variant<explain_request, usage_error> read_explain(std::span<const std::string> words);

} // namespace plug
