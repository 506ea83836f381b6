// What a pool would do for a client, and why: what `plug explain` tells of it.
#pragma once

#include "core/monitor/pick_reason.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace plug {

/// What a policy compares its candidates by.
enum class score_kind : std::uint8_t {
    /// Nothing but the order of the list.
    none,
    /// How many picks from now it is its turn: 1 = the next one.
    turn,
    /// How many picks it is behind its share; negative = ahead of it.
    owed,
    /// (connections + 1) / weight: the lowest comes first. Times milliseconds of connect time where
    /// that counts.
    load,
    /// Its place in the order that the client's address gives: 1 = the client belongs there.
    rank
};

/// One target, as the pool sees it at this moment.
struct candidate {
    std::uint32_t connections = 0;
    /// Whether the policy may pick it for a client that has tried nothing yet.
    bool may_be_picked = false;
    /// A connect failed and none has succeeded since.
    bool has_failed = false;
    /// Since then, or since it was tried again; unset = it has not failed.
    std::optional<std::chrono::steady_clock::duration> failed_ago;
    /// Until it is tried again; zero or less = by the next pick of it. Unset = it has not failed,
    /// or waits until all others are down, or for its check.
    std::optional<std::chrono::steady_clock::duration> retry_in;
    /// Its check calls it down.
    bool called_down = false;
    /// And that is heeded, which it is not when checks call all targets down.
    bool held_down = false;
    /// By score_kind; unset = it has none.
    std::optional<double> score;
    /// In slow start: the percent of its weight that it has. Unset = the whole.
    std::optional<std::uint32_t> share = std::nullopt;
};

/// A client's entry of the affinity table.
struct remembered_client {
    std::uint32_t target = 0;
    /// Until it is forgotten, unless the client comes again.
    std::chrono::steady_clock::duration left{0};
    /// Whether it is gone by: its target may be picked.
    bool usable = false;
};

/// The answer of a pool.
struct pool_explanation {
    /// In the order of the configuration.
    std::vector<candidate> candidates;
    score_kind scored_by = score_kind::none;
    /// Unset = the client is not remembered, or there is no affinity.
    std::optional<remembered_client> affinity;
    /// What the next pick for the client gives, if nothing comes between; unset = none, or by
    /// chance one of several.
    std::optional<std::uint32_t> picked;
    /// `two_at_random` without `picked`: chance decides among those candidates that are no backups,
    /// and `backup` without `picked`: among those that are.
    pick_reason reason = pick_reason::none;
};

} // namespace plug
