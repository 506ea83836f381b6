// When the limits of a plug end a session that relays. Pure: the clock is an argument.
#pragma once

#include "core/config/configuration.hpp"
#include "core/monitor/session_record.hpp"
#include "core/picking/random_numbers.hpp"
#include "platform/transport/transport.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace plug {

/// How often sessions with these limits are to be looked at: a quarter of the shortest, but 50 ms
/// to 1 s. A limit may come late by that, or by the interval of another plug's sessions on the same
/// worker that was begun before. Unset = nothing is limited.
[[nodiscard]] std::optional<std::chrono::milliseconds>
watch_interval(const session_limits& limits) noexcept;

/// When the age ends a session that was accepted at `accepted`; never = it does not.
[[nodiscard]] platform::clock::time_point expiry(const session_limits& limits,
                                                 platform::clock::time_point accepted,
                                                 random_numbers& chance) noexcept;

/// A limit for sessions in which no byte moves.
struct quiet_limit {
    session_end why;
    std::chrono::milliseconds length;
};

/// The limit that is due at `now` as far as `stats` show; the shorter one of two. `last_active` is
/// set when the relay starts.
[[nodiscard]] std::optional<quiet_limit> quiet_limit_due(const session_limits& limits,
                                                         const platform::relay_stats& stats,
                                                         platform::clock::time_point now) noexcept;

/// Bytes move where no counter shows it while a peer takes what lies in the system's buffers. This
/// notes how many are unsent when a limit is due: it strikes when they have not become fewer for
/// the whole of its length.
class unsent_bytes {
public:
    /// Whether it is time to ask how many are unsent: when the limit is due first, and after each
    /// quarter of it.
    [[nodiscard]] bool is_time_to_ask(std::chrono::milliseconds limit,
                                      platform::clock::time_point now) const noexcept;

    /// Takes the answer; true = the limit strikes.
    [[nodiscard]] bool are_stuck(std::size_t unsent, std::chrono::milliseconds limit,
                                 platform::clock::time_point now) noexcept;

    /// No limit is due any more.
    void forget() noexcept { since_ = platform::never; }

private:
    /// When they became fewer, or were asked for first; never = since then no limit was due.
    platform::clock::time_point since_ = platform::never;
    std::uint32_t bytes_ = 0;
    std::uint8_t quarters_ = 0;
};

} // namespace plug
