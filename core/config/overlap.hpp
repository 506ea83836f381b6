// Which listening addresses get in the way of each other.
#pragma once

#include "core/config/address_forms.hpp"

namespace plug {

/// Whether the system would refuse to bind one of them beside the other, were their ports equal.
[[nodiscard]] bool overlap(const listen_address& one, const listen_address& other) noexcept;

} // namespace plug
