// Why a client was given the target that it was given.
#pragma once

#include <cstdint>

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
    /// It is down, and so are all others that the client has not tried.
    last_resort
};

} // namespace plug
