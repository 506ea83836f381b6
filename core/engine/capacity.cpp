#include "core/engine/capacity.hpp"

#include "platform/limits.hpp"
#include "platform/processors.hpp"

#include <algorithm>
#include <limits>

namespace plug {

namespace {

/// Descriptors for everything but sessions: logs, epoll sets, the control channel. The pipes of
/// streams take what sessions have left, and streams do without where that is nothing.
constexpr std::uint64_t descriptors_kept = 64;
constexpr std::uint64_t descriptors_per_session = 2;

/// Each worker has a descriptor of its own for each listener.
std::uint64_t listener_count(const configuration& config) {
    std::uint64_t count = 0;
    for (const auto& plug : config.plugs) {
        count += plug.listen.size();
    }
    return count * thread_count(config);
}

} // namespace

unsigned thread_count(const configuration& config) {
    return config.threads.value_or(
        std::min(platform::usable_processors(), configuration::thread_counts.most));
}

std::uint64_t most_sessions(const configuration& config) {
    const auto limit = platform::raise_descriptor_limit();
    if (limit == 0) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    const auto kept = std::min(limit / 4 * 3, descriptors_kept + listener_count(config));
    return std::max<std::uint64_t>(1, (limit - kept) / descriptors_per_session);
}

} // namespace plug
