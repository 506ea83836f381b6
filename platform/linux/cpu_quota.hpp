// Reads the CPU quota of a cgroup.
#pragma once

#include <optional>
#include <string_view>

namespace plug::platform {

/// What a cgroup grants in processors, from `quota` and `period` as the kernel writes them (both in
/// microseconds, or "max" and "-1" for no limit); unset = no limit, or not readable as one. Rounded
/// up: a share of 1.5 processors keeps two threads busy.
[[nodiscard]] std::optional<unsigned> processors_of_quota(std::string_view quota,
                                                          std::string_view period) noexcept;

} // namespace plug::platform
