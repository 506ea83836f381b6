// When the limits of a plug end a session that relays. Pure: the clock is an argument.
#pragma once

#include "core/balance/random_numbers.hpp"
#include "core/config/configuration.hpp"
#include "core/monitor/session_record.hpp"
#include "platform/transport.hpp"

#include <chrono>
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

/// The limit that a session has come to at `now`. Its `last_active` is set when the relay starts.
[[nodiscard]] std::optional<session_end> limit_reached(const session_limits& limits,
                                                       const platform::relay_stats& stats,
                                                       platform::clock::time_point expires_at,
                                                       platform::clock::time_point now) noexcept;

} // namespace plug
