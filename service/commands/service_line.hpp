// The command line of `plug service`.
#pragma once

#include "service/commands/dispatch.hpp"

#include <span>
#include <string>

namespace plug {

/// Reads `words`, what follows `service`. A plug that is to be installed is judged here, with its
/// file, so that a wrong one never reaches the service manager; for `service run` that has to wait
/// until the service manager knows of the process.
command parse_service(std::span<const std::string> words);

} // namespace plug
