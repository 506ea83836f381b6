// What a process that gives up root may keep, where the system can divide what root may: the right
// to open ports below 1024.
#pragma once

#include <string>

namespace plug::platform {

/// To be called as root. Gives why it failed, in one line; empty = it did not.
[[nodiscard]] std::string prepare_to_keep_ports();

/// To be called as the user: gives up everything else, for good. The result is the same.
[[nodiscard]] std::string keep_ports_alone();

} // namespace plug::platform
