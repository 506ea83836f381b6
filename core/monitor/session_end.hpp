// How a session can end. Whoever reports an end reads the table below: a new end is a row there,
// and the place where it arises.
#pragma once

#include "core/config/enum_rows.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plug {

/// Who or what ended a session.
enum class session_end : std::uint8_t {
    /// Both directions ended in order.
    completed,
    /// The client's connection failed.
    client_failed,
    /// The target's connection failed.
    target_failed,
    /// No target could be reached.
    no_target,
    /// The plug itself ended it: the grace time was over, or a second request to stop came.
    stopped,
    /// No byte moved for as long as the plug allows.
    idle_timeout,
    /// One side had ended its stream, and the other sent nothing for as long as the plug allows.
    half_closed_timeout,
    /// It had lasted as long as the plug allows.
    age_limit,
    /// Its target went down.
    target_down,
    /// A reload has taken its target out of the plug.
    target_removed,
    /// It had waited for a target with room for as long as the plug allows.
    queue_timeout,
    /// Every target was full, and as many clients waited as the plug allows.
    queue_full,
    /// The plug could not go on: out of memory, or a defect. Stays last.
    internal
};

/// Whose doing the end of a session was: the first end of stream or failure came from there.
enum class session_party : std::uint8_t { client, target, plug };

inline constexpr auto session_parties =
    std::to_array<named_value<session_party>>({{"client", session_party::client},
                                               {"target", session_party::target},
                                               {"plug", session_party::plug}});
static_assert(are_complete(session_parties, session_party::plug));

[[nodiscard]] constexpr std::string_view name_of(session_party party) noexcept {
    return row_in(session_parties, party).name;
}

/// What is known about one end.
struct session_end_row {
    /// Its name in every log and reply.
    std::string_view name;
    session_end value;
    /// Unset = the side whose stream ended first.
    std::optional<session_party> ended_by;
    /// The N of `Complete, status=N.`, an exit status of 2.x; 0 = none is written.
    int status_2x;
    /// The phrase with which a line about a session closes on a screen.
    std::string_view phrase;
};

inline constexpr auto session_ends = std::to_array<session_end_row>({
    {"completed", session_end::completed, {}, 0, "completed"},
    {"client failed", session_end::client_failed, session_party::client, 3,
     "the client broke it off"},
    {"target failed", session_end::target_failed, session_party::target, 3,
     "the target broke it off"},
    {"no target", session_end::no_target, session_party::target, 2, "no target could be reached"},
    {"stopped", session_end::stopped, session_party::plug, 3, "cut, as the plug stops"},
    {"idle timeout", session_end::idle_timeout, session_party::plug, 3,
     "cut, as it came to a limit"},
    {"half-closed timeout", session_end::half_closed_timeout, session_party::plug, 3,
     "cut, as it came to a limit"},
    {"age limit", session_end::age_limit, session_party::plug, 3, "cut, as it came to a limit"},
    {"target down", session_end::target_down, session_party::target, 3,
     "cut, as its target is no longer to be used"},
    {"target removed", session_end::target_removed, session_party::plug, 3,
     "cut, as its target is no longer to be used"},
    {"queue timeout", session_end::queue_timeout, session_party::plug, 3,
     "closed, as every target is full"},
    {"queue full", session_end::queue_full, session_party::plug, 3,
     "closed, as every target is full"},
    {"internal error", session_end::internal, session_party::plug, 3, "the plug could not go on"},
});
static_assert(are_complete(session_ends, session_end::internal));

[[nodiscard]] constexpr const session_end_row& row_of(session_end end) noexcept {
    return row_in(session_ends, end);
}

[[nodiscard]] constexpr std::string_view name_of(session_end end) noexcept {
    return row_of(end).name;
}

} // namespace plug
