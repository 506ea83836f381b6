// How many processors this process may keep busy.
#pragma once

namespace plug::platform {

/// Processors that the process may use, at least 1: those it may run on (affinity), and no more
/// than its share of their time (cgroup quota), rounded up, where the system has such a thing.
[[nodiscard]] unsigned usable_processors() noexcept;

} // namespace plug::platform
