// How much a process may take on.
#pragma once

#include "core/config/configuration.hpp"

#include <cstdint>

namespace plug {

/// The worker threads that `config` asks for, or as many as there are processors to use.
[[nodiscard]] unsigned thread_count(const configuration& config);

/// How many sessions at once the descriptors of the process suffice for under `config`; the highest
/// number = they have no limit. Raises the limit as far as the process may.
[[nodiscard]] std::uint64_t most_sessions(const configuration& config);

} // namespace plug
