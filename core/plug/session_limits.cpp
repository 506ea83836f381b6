#include "core/plug/session_limits.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

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

std::optional<quiet_limit> quiet_limit_due(const session_limits& limits,
                                           const platform::relay_stats& stats,
                                           clock::time_point now) noexcept {
    std::optional<quiet_limit> due;
    if (limits.half_closed && stats.half_closed_at != platform::never &&
        now - std::max(stats.half_closed_at, stats.last_active) >= *limits.half_closed) {
        due = {session_end::half_closed_timeout, *limits.half_closed};
    }
    if (limits.idle && now - stats.last_active >= *limits.idle &&
        (!due || *limits.idle < due->length)) {
        due = {session_end::idle_timeout, *limits.idle};
    }
    return due;
}

bool unsent_bytes::is_time_to_ask(std::chrono::milliseconds limit,
                                  clock::time_point now) const noexcept {
    return since_ == platform::never || now - since_ >= limit / 4 * (quarters_ + 1);
}

bool unsent_bytes::are_stuck(std::size_t unsent, std::chrono::milliseconds limit,
                             clock::time_point now) noexcept {
    const bool is_first = since_ == platform::never;
    if (is_first && unsent == 0) {
        return true;
    }
    const auto bytes = static_cast<std::uint32_t>(
        std::min<std::size_t>(unsent, std::numeric_limits<std::uint32_t>::max()));
    if (is_first || bytes < bytes_) {
        since_ = now;
    }
    bytes_ = bytes;
    const auto quiet = now - since_;
    quarters_ = static_cast<std::uint8_t>(quiet >= limit ? 4 : quiet * 4 / limit);
    return quiet >= limit;
}

} // namespace plug
