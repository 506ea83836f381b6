// The parts of validate(), each of which adds the problems that it finds.
#pragma once

#include "core/config/validate.hpp"

#include <string>
#include <vector>

namespace plug {

/// Where the plug's connections go to: its targets, or the HTTPS proxy in front of them.
[[nodiscard]] std::vector<host_port> destinations(const plug_config& plug);

/// Whether many hosts have that address.
[[nodiscard]] bool is_group_or_broadcast(const address& host);

/// Judges the targets, their checks, and the HTTPS proxy.
void check_destinations(std::vector<problem>& found, const plug_config& plug);

/// Judges each listening address by itself.
void check_listeners(std::vector<problem>& found, const plug_config& plug);

/// Tells where an outgoing address and a destination, both in numbers, are not of one family.
void check_numeric_sources(std::vector<problem>& found, const plug_config& plug);

/// Tells of each listening address that an earlier one has taken already.
void check_overlaps(std::vector<problem>& found, const configuration& config);

/// Judges the plug on this machine: whether it is its own target, and whether it can send from its
/// outgoing side.
void check_on_this_machine(std::vector<problem>& found, const plug_config& plug);

} // namespace plug
