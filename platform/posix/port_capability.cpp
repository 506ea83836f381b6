#include "platform/posix/port_capability.hpp"

namespace plug::platform {

// POSIX has root and others, and nothing between them: with its user a process gives up all.

std::string prepare_to_keep_ports() { return {}; }

std::string keep_ports_alone() { return {}; }

} // namespace plug::platform
