#include "core/balance/pool.hpp"

#include <algorithm>
#include <utility>

namespace plug {

namespace {

std::vector<bool> which_are_backups(std::span<const target_config> targets) {
    std::vector<bool> flags(targets.size());
    std::transform(targets.begin(), targets.end(), flags.begin(),
                   [](const target_config& each) { return each.backup; });
    return flags;
}

} // namespace

void tried_targets::add(std::uint32_t target) {
    if (target >= flags_.size()) {
        flags_.resize(target + std::size_t{1});
    }
    flags_[target] = true;
}

pool::pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry)
    : pool(targets, policy, affinity, retry, nullptr) {}

pool::pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry, pool& before)
    : pool(targets, policy, affinity, retry, &before) {}

pool::pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry, pool* before)
    : size_(targets.size()), identities_(identities_of(targets)),
      connections_(counts_for(targets, before)), is_backup_(which_are_backups(targets)),
      primary_(policy, targets, false, connections_), backups_(policy, targets, true, connections_),
      health_(targets, retry,
              [this](std::uint32_t target, bool available) {
                  tier_of(target).set_available(target, available);
              }),
      is_simple_(!affinity.enabled && primary_.is_even() &&
                 std::ranges::any_of(targets, [](const target_config& each) {
                     return !each.backup && each.weight > 0;
                 })) {
    if (affinity.enabled) {
        affinity_.emplace(affinity.capacity, affinity.timeout);
    }
    if (primary_.counts_connections()) {
        want_ends();
    }
    if (before != nullptr) {
        take_over(*before);
    }
}

/// A count for each of `targets`: that of the same label in `before`, or a new one.
std::vector<std::shared_ptr<connection_count>>
pool::counts_for(std::span<const target_config> targets, const pool* before) {
    const auto known = before == nullptr ? std::vector<maybe_target>(targets.size())
                                         : renumbered(identities_of(targets), before->identities_);
    std::vector<std::shared_ptr<connection_count>> counts;
    for (const auto& number : known) {
        counts.push_back(number ? before->connections_[*number]
                                : std::make_shared<connection_count>(0));
    }
    return counts;
}

void pool::take_over(pool& before) {
    auto now_called = renumbered(before.identities_, identities_);
    const std::lock_guard lock(before.mutex_);
    if (affinity_ && before.affinity_) {
        affinity_->take_over(*before.affinity_, now_called);
    }
    for (std::uint32_t number = 0; number < before.size_; ++number) {
        auto& target = now_called[number];
        if (target && identities_[*target].where != before.identities_[number].where) {
            target.reset();
        }
    }
    health_.take_over(before.health_, now_called);
}

void pool::hand_over_to(std::shared_ptr<pool> next) {
    const std::lock_guard lock(mutex_);
    numbers_in_next_ = renumbered(identities_, next->identities_);
    next_ = std::move(next);
    // First, see lease::release(): what ends from now on is told, what ended before is counted.
    want_ends();
    const std::lock_guard next_lock(next_->mutex_);
    for (std::uint32_t target = 0; target < next_->size_; ++target) {
        next_->tier_of(target).changed(target);
    }
}

lease pool::pick(const boost::asio::ip::address& client, const tried_targets& tried,
                 time_point now) {
    if (is_simple_ && health_.all_are_available() && tried.empty()) {
        const auto target = primary_.take_turn();
        return {target, *connections_[target], this, pick_reason::rotation};
    }
    const std::lock_guard lock(mutex_);
    health_.end_rests(now);
    if (affinity_) {
        const auto known = affinity_->find(client, now);
        if (known && !tried.contains(*known) && health_.is_usable(*known, now)) {
            return take({known, pick_reason::sticky}, now);
        }
    }
    const auto chosen = choose(key_of(client), tried);
    if (!chosen.target) {
        return {};
    }
    if (affinity_) {
        affinity_->assign(client, *chosen.target, now);
    }
    return take(chosen, now);
}

pool::choice pool::choose(const client_key& client, const tried_targets& tried) {
    const auto is_untried = [&](std::uint32_t target) { return !tried.contains(target); };
    for (tier* const each : {&primary_, &backups_}) {
        if (const auto chosen = each->pick(client, is_untried)) {
            const bool was_down = health_.is_down(*chosen);
            return {chosen, was_down ? pick_reason::retry : each->reason()};
        }
    }
    const auto resort = health_.last_resort(is_untried);
    if (resort) {
        tier_of(*resort).go_on_behind(*resort);
    }
    return {resort, resort ? pick_reason::last_resort : pick_reason::none};
}

lease pool::take(const choice& chosen, time_point now) {
    const auto target = *chosen.target;
    health_.begin_attempt(target, now);
    lease taken{target, *connections_[target], this, chosen.reason};
    tier_of(target).changed(target);
    return taken;
}

bool pool::report_connected(std::uint32_t target) {
    if (health_.learns_nothing()) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    return health_.succeeded(target);
}

bool pool::report_failed(std::uint32_t target, time_point now) {
    const std::lock_guard lock(mutex_);
    return health_.failed(target, now);
}

health_news pool::report_check(std::uint32_t target, const check_finding& found) {
    if (found.passed && found.up && health_.learns_nothing()) {
        return health_news::none; // one that is down is announced
    }
    const std::lock_guard lock(mutex_);
    return health_.checked(target, found);
}

health_news pool::forget_check(std::uint32_t target) {
    const std::lock_guard lock(mutex_);
    return health_.is_checked_down(target) ? health_.checked(target, {true, true, 1})
                                           : health_news::none;
}

std::uint32_t pool::connections(std::uint32_t target) const noexcept {
    return connections_[target]->load(std::memory_order_relaxed);
}

void pool::connection_ended(std::uint32_t target) noexcept {
    std::shared_ptr<pool> next;
    maybe_target number_in_next;
    {
        const std::lock_guard lock(mutex_);
        tier_of(target).changed(target);
        if (next_ != nullptr) {
            next = next_;
            number_in_next = numbers_in_next_[target];
        }
    }
    if (number_in_next) {
        next->connection_ended(*number_in_next);
    }
}

} // namespace plug
