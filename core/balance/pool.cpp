#include "core/balance/pool.hpp"

#include <algorithm>

namespace plug {

namespace {

std::vector<bool> flags_of(std::span<const target_config> targets,
                           bool (*flag)(const target_config&)) {
    std::vector<bool> flags(targets.size());
    std::transform(targets.begin(), targets.end(), flags.begin(), flag);
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
    : size_(targets.size()), retry_(retry),
      connections_(std::make_unique<std::atomic<std::uint32_t>[]>(targets.size())),
      is_backup_(flags_of(targets, [](const target_config& each) { return each.backup; })),
      has_weight_(flags_of(targets, [](const target_config& each) { return each.weight > 0; })),
      primary_(policy, targets, false, {connections_.get(), size_}),
      backups_(policy, targets, true, {connections_.get(), size_}), health_(size_),
      is_resting_(size_), is_simple_(!affinity.enabled && primary_.is_even() &&
                                     std::ranges::any_of(targets, [](const target_config& each) {
                                         return !each.backup && each.weight > 0;
                                     })) {
    if (affinity.enabled) {
        affinity_.emplace(affinity.capacity, affinity.timeout);
    }
}

lease pool::pick(const boost::asio::ip::address& client, const tried_targets& tried,
                 time_point now) {
    if (is_simple_ && unavailable_.load(std::memory_order_acquire) == 0 && tried.empty()) {
        const auto target = primary_.take_turn();
        return {target, connections_[target]};
    }
    const std::lock_guard lock(mutex_);
    end_rests(now);
    if (affinity_) {
        const auto known = affinity_->find(client, now);
        if (known && usable(*known, tried, now)) {
            return take(*known, now);
        }
    }
    const auto chosen = choose(key_of(client), tried);
    if (!chosen) {
        return {};
    }
    if (affinity_) {
        affinity_->assign(client, *chosen, now);
    }
    return take(*chosen, now);
}

std::optional<std::uint32_t> pool::choose(const client_key& client, const tried_targets& tried) {
    const auto is_untried = [&](std::uint32_t target) { return !tried.contains(target); };
    for (tier* const each : {&primary_, &backups_}) {
        if (const auto chosen = each->pick(client, is_untried)) {
            return chosen;
        }
    }
    return last_resort(tried);
}

/// Before this client is lost: one that is down, for it may have come back.
std::optional<std::uint32_t> pool::last_resort(const tried_targets& tried) {
    for (std::uint32_t target = 0; target < size_; ++target) {
        if (has_weight_[target] && !tried.contains(target)) {
            if (none_is_up()) {
                give_all_another_chance();
            }
            tier_of(target).go_on_behind(target);
            return target;
        }
    }
    return std::nullopt;
}

bool pool::none_is_up() const noexcept {
    for (std::uint32_t target = 0; target < size_; ++target) {
        if (has_weight_[target] && health_[target].available()) {
            return false;
        }
    }
    return true;
}

bool pool::usable(std::uint32_t target, const tried_targets& tried, time_point now) const noexcept {
    return !tried.contains(target) && health_[target].eligible(now, retry_);
}

lease pool::take(std::uint32_t target, time_point now) {
    if (!health_[target].available()) {
        health_[target].begin_attempt(now);
        begin_rest(target, now);
    }
    auto& from = tier_of(target);
    lease taken{target, connections_[target], from.counts_connections() ? this : nullptr};
    from.changed(target);
    return taken;
}

void pool::give_all_another_chance() {
    for (std::uint32_t target = 0; target < size_; ++target) {
        health_[target].give_another_chance();
        tier_of(target).set_available(target, true);
    }
    unavailable_.store(0, std::memory_order_release);
}

/// It is left out until its retry time has come.
void pool::begin_rest(std::uint32_t target, time_point now) {
    tier_of(target).set_available(target, false);
    if (retry_ && !is_resting_[target]) {
        is_resting_[target] = true;
        rests_.push_back({target, now});
    }
}

void pool::end_rests(time_point now) {
    while (!rests_.empty() && now - rests_.front().since >= *retry_) {
        const auto target = rests_.front().target;
        rests_.pop_front();
        const auto& health = health_[target];
        if (!health.available() && !health.eligible(now, retry_)) {
            rests_.push_back({target, health.tried_at()}); // it was tried again meanwhile
            continue;
        }
        is_resting_[target] = false;
        tier_of(target).set_available(target, true);
    }
}

bool pool::report_connected(std::uint32_t target) {
    if (unavailable_.load(std::memory_order_acquire) == 0 &&
        announced_.load(std::memory_order_acquire) == 0) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    auto& health = health_[target];
    if (!health.available()) {
        tier_of(target).set_available(target, true);
        unavailable_.fetch_sub(1, std::memory_order_release);
    }
    const bool news = health.succeeded();
    if (news) {
        announced_.fetch_sub(1, std::memory_order_release);
    }
    return news;
}

bool pool::report_failed(std::uint32_t target, time_point now) {
    const std::lock_guard lock(mutex_);
    auto& health = health_[target];
    if (health.available()) {
        unavailable_.fetch_add(1, std::memory_order_release);
    }
    const bool news = health.failed(now);
    begin_rest(target, now);
    if (news) {
        announced_.fetch_add(1, std::memory_order_release);
    }
    return news;
}

std::uint32_t pool::connections(std::uint32_t target) const noexcept {
    return connections_[target].load(std::memory_order_relaxed);
}

void tell_connection_ended(pool& told, std::uint32_t target) noexcept {
    const std::lock_guard lock(told.mutex_);
    told.tier_of(target).changed(target);
}

} // namespace plug
