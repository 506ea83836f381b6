// Limits of the process.
#pragma once

#include <cstdint>

namespace plug::platform {

/// Raises the soft limit of open descriptors to the hard one and returns the limit now in force;
/// 0 where the system has none.
std::uint64_t raise_descriptor_limit() noexcept;

} // namespace plug::platform
