// What a pool would do, for those who only look.
#include "core/balance/pool.hpp"

namespace plug {

pool_explanation pool::explain(const boost::asio::ip::address& client, time_point now) const {
    const std::lock_guard lock(mutex_);
    // What a pick would change first: copies, which a pick may be tried on as well.
    tier primary(primary_);
    tier backups(backups_);
    target_room room(room_);
    for (const auto target : health_.rested_at(now)) {
        const bool full = room.is_full(target);
        (is_backup_[target] ? backups : primary).set_available(target, !full);
        room.set_awaited(target, is_backup_[target], full);
    }
    pool_explanation told;
    auto shares = slow_start_;
    if (shares) {
        shares->advance(now, [&](std::uint32_t target, std::uint32_t share) {
            (is_backup_[target] ? backups : primary).set_share(target, share);
        });
    }
    describe_all(primary, backups, client, now, told);
    for (std::uint32_t target = 0; shares && target < size_; ++target) {
        if (shares->share(target) != slow_start::whole_share) {
            told.candidates[target].share = shares->share(target);
        }
    }
    if (const auto known = affinity_ ? affinity_->look_up(client, now) : std::nullopt) {
        told.affinity = {known->target, known->left, health_.is_usable(known->target, now)};
    }
    foretell(primary, backups, room, client, now, told);
    return told;
}

void pool::describe_all(const tier& primary, const tier& backups,
                        const boost::asio::ip::address& client, time_point now,
                        pool_explanation& into) const {
    into.scored_by = primary.scored_by();
    const auto scores = primary.scores(key_of(client), now);
    const auto backup_scores = backups.scored_by() == primary.scored_by()
                                   ? backups.scores(key_of(client), now)
                                   : std::vector<std::optional<double>>(size_);
    for (std::uint32_t target = 0; target < size_; ++target) {
        auto told = health_.describe(target, now);
        told.connections = connections(target);
        told.may_be_picked = (is_backup_[target] ? backups : primary).is_available(target);
        told.score = is_backup_[target] ? backup_scores[target] : scores[target];
        into.candidates.push_back(told);
    }
}

/// As pick() goes on, step by step.
void pool::foretell(tier& primary, tier& backups, const target_room& room,
                    const boost::asio::ip::address& client, time_point now,
                    pool_explanation& into) const {
    if (into.affinity && into.affinity->usable) {
        if (room.is_full(into.affinity->target)) {
            return; // it would wait
        }
        into.picked = into.affinity->target;
        into.reason = pick_reason::sticky;
        return;
    }
    const auto any = [&](std::uint32_t target) { return !room.is_full(target); };
    for (tier* const each : {&primary, &backups}) {
        const bool by_chance = each->is_by_chance(); // before a pick makes it look otherwise
        if (const auto chosen = each->pick(key_of(client), any, now)) {
            into.reason =
                health_.is_down(*chosen) && !by_chance ? pick_reason::retry : each->reason();
            into.picked = by_chance ? std::nullopt : chosen;
            return;
        }
        if (room.is_limited() && room.is_worth_waiting(each == &backups, {})) {
            return; // it would wait
        }
    }
    into.picked = health_.who_is_last_resort(any);
    into.reason = into.picked ? pick_reason::last_resort : pick_reason::none;
}

} // namespace plug
