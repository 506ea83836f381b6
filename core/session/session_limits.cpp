#include "core/session/session_limits.hpp"

#include <algorithm>
#include <cstdint>

namespace plug {

using namespace std::chrono_literals;
using platform::clock;

std::optional<std::chrono::milliseconds> watch_interval(const session_limits& limits) noexcept {
    std::optional<std::chrono::milliseconds> shortest;
    for (const auto& each : {limits.idle, limits.half_closed, limits.age}) {
        if (each) {
            shortest = std::min(shortest.value_or(*each), *each);
        }
    }
    return shortest ? std::optional(std::clamp<std::chrono::milliseconds>(*shortest / 4, 50ms, 1s))
                    : std::nullopt;
}

clock::time_point expiry(const session_limits& limits, clock::time_point accepted,
                         random_numbers& chance) noexcept {
    constexpr std::uint32_t steps = 1U << 20U;
    if (!limits.age) {
        return platform::never;
    }
    const double part = static_cast<double>(chance.below(steps + 1)) / steps;
    const std::chrono::duration<double, std::milli> shortened =
        *limits.age * (1.0 - limits.age_jitter * part);
    return accepted + std::chrono::duration_cast<clock::duration>(shortened);
}

std::optional<session_end> limit_reached(const session_limits& limits,
                                         const platform::relay_stats& stats,
                                         clock::time_point expires_at,
                                         clock::time_point now) noexcept {
    if (limits.half_closed && stats.half_closed_at != platform::never &&
        now - std::max(stats.half_closed_at, stats.last_active) >= *limits.half_closed) {
        return session_end::half_closed_timeout;
    }
    if (limits.idle && now - stats.last_active >= *limits.idle) {
        return session_end::idle_timeout;
    }
    return now >= expires_at ? std::optional(session_end::age_limit) : std::nullopt;
}

} // namespace plug
