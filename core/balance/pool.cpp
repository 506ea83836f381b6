#include "core/balance/pool.hpp"

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

namespace plug {

namespace {

std::vector<bool> which_are_backups(std::span<const target_config> targets) {
    std::vector<bool> flags(targets.size());
    std::transform(targets.begin(), targets.end(), flags.begin(),
                   [](const target_config& each) { return each.backup; });
    return flags;
}

std::optional<slow_start> slow_start_for(policy wanted, std::size_t targets,
                                         const pool_options& options) {
    if (options.slow_start == options.slow_start.zero() || !ramps_up(wanted)) {
        return std::nullopt;
    }
    return slow_start(static_cast<std::uint32_t>(targets), options.slow_start);
}

} // namespace

pool::pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry, const pool_options& options)
    : pool(targets, policy, affinity, retry, nullptr, options) {}

pool::pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry, const pool* before,
           const pool_options& options)
    : size_(targets.size()), identities_(identities_of(targets)),
      pools_(before == nullptr ? std::make_shared<succession>() : before->pools_),
      connections_(counts_for(before, options.workers)), is_backup_(which_are_backups(targets)),
      mutex_(pools_->mutex),
      times_(options.weigh_connect_time ? std::optional<connect_times>(size_) : std::nullopt),
      slow_start_(slow_start_for(policy, targets.size(), options)),
      primary_(policy, targets, false, connections_, times_ ? &*times_ : nullptr,
               slow_start_.has_value()),
      backups_(policy, targets, true, connections_, times_ ? &*times_ : nullptr,
               slow_start_.has_value()),
      room_(targets, options.max_connections, connections_), is_up_(size_, true),
      health_(targets, retry,
              [this](std::uint32_t target, bool available) {
                  is_up_[target] = available;
                  place(target);
              }),
      line_(options.queue),
      is_simple_(!affinity.enabled && !room_.is_limited() && primary_.is_even() &&
                 std::ranges::any_of(targets, [](const target_config& each) {
                     return !each.backup && each.weight > 0;
                 })) {
    if (affinity.enabled) {
        affinity_.emplace(affinity.capacity, affinity.timeout);
    }
    if (before == nullptr) {
        become_newest();
    }
}

pool::~pool() {
    const std::lock_guard lock(mutex_);
    if (pools_->newest == this) {
        pools_->newest = nullptr;
    }
    if (affinity_) {
        affinity_->let_go_of_those_in_use();
    }
}

/// A count for each target: that of the same label in `before`, or a new one.
std::vector<std::shared_ptr<connection_count>> pool::counts_for(const pool* before,
                                                                std::size_t workers) const {
    const auto known = before == nullptr ? std::vector<maybe_target>(size_)
                                         : renumbered(identities_, before->identities_);
    std::vector<std::shared_ptr<connection_count>> counts;
    counts.reserve(size_);
    for (const auto& number : known) {
        counts.push_back(number ? before->connections_[*number]
                                : std::make_shared<connection_count>(pools_, workers));
    }
    return counts;
}

/// Where it is locked, or nobody knows of it yet.
void pool::become_newest() noexcept {
    pools_->newest = this;
    const bool hears_of_ends = primary_.counts_connections() || room_.is_limited();
    for (std::uint32_t target = 0; target < size_; ++target) {
        connections_[target]->belongs_to_newest(target, hears_of_ends);
    }
}

/// Where it is locked.
void pool::take_over(pool& before) {
    auto now_called = renumbered(before.identities_, identities_);
    if (affinity_ && before.affinity_) {
        try {
            affinity_->take_over(*before.affinity_, now_called);
        } catch (const std::bad_alloc&) { // the clients that are left are forgotten
        }
    }
    for (std::uint32_t number = 0; number < before.size_; ++number) {
        auto& target = now_called[number];
        if (target && identities_[*target].where != before.identities_[number].where) {
            target.reset();
        }
    }
    health_.take_over(before.health_, now_called);
    if (slow_start_ && before.slow_start_) {
        slow_start_->take_over(*before.slow_start_, now_called);
        for (std::uint32_t target = 0; target < size_; ++target) {
            tier_of(target).set_share(target, slow_start_->share(target));
        }
    }
    if (times_ && before.times_) {
        times_->take_over(*before.times_, now_called);
    }
}

void pool::hand_over_to(pool& next) noexcept {
    called_clients called;
    const std::lock_guard lock(mutex_); // of both
    try {
        next.take_over(*this);
    } catch (const std::bad_alloc&) { // what there was no memory for is forgotten
    }
    is_succeeded_ = true;
    for (const auto& each : connections_) {
        each->belongs_to_newest(std::nullopt, false); // but for those that the next one has
    }
    // First, see lease::release(): what ends from now on is told, what ended before is counted.
    next.become_newest();
    std::atomic_thread_fence(std::memory_order_seq_cst); // the counts are read behind that
    for (std::uint32_t target = 0; target < next.size_; ++target) {
        next.tier_of(target).changed(target);
        next.place(target);
    }
    line_.call_all(wait_result::moved, called);
}

lease pool::pick(const boost::asio::ip::address& client, const tried_targets& tried,
                 time_point now) {
    if (is_simple_ && health_.all_are_available() && tried.empty()) {
        const auto target = primary_.take_turn();
        return {target, connections_[target], pick_reason::rotation};
    }
    called_clients called;
    const std::lock_guard lock(mutex_);
    latest_ = std::max(latest_, now);
    const bool any_rested = health_.end_rests(now);
    advance_slow_start(now);
    if (any_rested) {
        serve_line(called);
    }
    const auto chosen = choose(client, tried, now);
    return chosen.target ? take(chosen, now) : lease();
}

pool::choice pool::choose(const boost::asio::ip::address& client, const tried_targets& tried,
                          time_point now) {
    if (affinity_) {
        const auto known = affinity_->find(client, now);
        if (known && !tried.contains(known->target) && health_.is_usable(known->target, now)) {
            return room_.is_full(known->target)
                       ? choice{{}, pick_reason::none, true, known->target}
                       : choice{known->target, pick_reason::sticky, false, {}, known->who};
        }
    }
    auto chosen = choose_freely(key_of(client), tried, now);
    if (affinity_ && chosen.target) {
        try {
            chosen.client = affinity_->assign(client, *chosen.target, now);
        } catch (const std::bad_alloc&) { // it is served, and not remembered
        }
    }
    return chosen;
}

pool::choice pool::choose_freely(const client_key& client, const tried_targets& tried,
                                 time_point now) {
    // Full ones are in no tier, but where the pool before a reload has just filled them.
    const auto may_be_taken = [&](std::uint32_t target) {
        return !tried.contains(target) && !room_.is_full(target);
    };
    for (tier* const each : {&primary_, &backups_}) {
        if (const auto chosen = each->pick(client, may_be_taken, now)) {
            const bool was_down = health_.is_down(*chosen);
            return {chosen, was_down ? pick_reason::retry : each->reason(), false, {}};
        }
        if (room_.is_limited() && room_.is_worth_waiting(each == &backups_, tried)) {
            return {{}, pick_reason::none, true, {}};
        }
    }
    const auto resort = health_.last_resort(may_be_taken);
    if (resort) {
        tier_of(*resort).go_on_behind(*resort);
        return {resort, pick_reason::last_resort, false, {}};
    }
    return {{},
            pick_reason::none,
            room_.is_limited() && health_.any_with_weight([&](std::uint32_t target) {
                return !tried.contains(target) && room_.is_full(target);
            }),
            {}};
}

lease pool::take(const choice& chosen, time_point now) {
    const auto target = *chosen.target;
    health_.begin_attempt(target, now);
    if (chosen.client != nullptr) {
        affinity_->connection_began(*chosen.client);
    }
    lease taken{target, connections_[target], chosen.reason, chosen.client};
    tier_of(target).changed(target);
    if (room_.is_limited()) {
        place(target);
    }
    return taken;
}

/// Makes what picks go by of the target's health and of its room.
void pool::place(std::uint32_t target) {
    const bool full = room_.is_limited() && room_.is_full(target);
    tier_of(target).set_available(target, is_up_[target] && !full);
    if (room_.is_limited()) {
        room_.set_awaited(target, is_backup_[target], is_up_[target] && full);
    }
}

std::uint32_t pool::connections(std::uint32_t target) const noexcept {
    return connections_[target]->load(std::memory_order_relaxed);
}

/// Of a connection that began here, or in a pool before.
void pool::connection_ended(std::uint32_t target, time_point now, called_clients& called) noexcept {
    latest_ = std::max(latest_, now);
    tier_of(target).changed(target);
    if (room_.is_limited()) {
        place(target);
        serve_line(called);
    }
}

} // namespace plug
