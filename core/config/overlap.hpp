// Which listening addresses get in the way of each other, or of a target.
#pragma once

#include "core/config/address_forms.hpp"

namespace plug {

/// Whether the system would refuse to bind one of them beside the other, were their ports equal.
[[nodiscard]] bool overlap(const listen_address& one, const listen_address& other) noexcept;

/// Whether a connection to `host` and `port` would come back to `listen`. Looks at the addresses of
/// this machine. What the supervisor has passed is not known here.
[[nodiscard]] bool leads_back(const listen_address& listen, const address& host,
                              std::uint16_t port);

/// Whether `host`, mapped into IPv6 or not, is an address that one host can have: not the
/// unspecified one, which leads to the machine itself, no group, no broadcast.
[[nodiscard]] bool is_one_host(const address& host) noexcept;

} // namespace plug
