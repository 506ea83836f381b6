// Why a client was given the target that it was given.
#pragma once

#include "core/config/enum_rows.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace plug {

/// One byte, kept with each lease. Whether other targets had failed before stands beside it in the
/// session record.
enum class pick_reason : std::uint8_t {
    /// No target was picked.
    none,
    /// It was its turn.
    rotation,
    /// The first of the list that is up.
    first,
    /// The fewest connections for its weight.
    fewest_connections,
    /// Of two drawn at random, the one with fewer connections for its weight.
    two_at_random,
    /// The client's address belongs to it.
    hash,
    /// The affinity table remembers the client.
    sticky,
    /// It had failed, and its retry time has come.
    retry,
    /// A backup, as no primary target may be picked.
    backup,
    /// It is down, and so are all others that the client has not tried. Stays last.
    last_resort
};

inline constexpr auto pick_reasons = std::to_array<named_value<pick_reason>>(
    {{"none", pick_reason::none},
     {"rotation", pick_reason::rotation},
     {"first", pick_reason::first},
     {"fewest connections", pick_reason::fewest_connections},
     {"two at random", pick_reason::two_at_random},
     {"hash", pick_reason::hash},
     {"sticky", pick_reason::sticky},
     {"retry after the rest", pick_reason::retry},
     {"backup", pick_reason::backup},
     {"last resort", pick_reason::last_resort}});
static_assert(are_complete(pick_reasons, pick_reason::last_resort));

[[nodiscard]] constexpr std::string_view name_of(pick_reason reason) noexcept {
    return row_in(pick_reasons, reason).name;
}

} // namespace plug
