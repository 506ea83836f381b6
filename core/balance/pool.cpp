#include "core/balance/pool.hpp"

#include <algorithm>

namespace plug {

void tried_targets::add(std::uint32_t target) {
    if (target >= flags_.size()) {
        flags_.resize(target + std::size_t{1});
    }
    flags_[target] = true;
}

pool::pool(std::size_t targets, policy policy, const affinity_config& affinity,
           std::optional<std::chrono::milliseconds> retry)
    : size_(targets), policy_(policy), retry_(retry),
      connections_(std::make_unique<std::atomic<std::uint32_t>[]>(targets)), health_(targets) {
    if (affinity.enabled) {
        affinity_.emplace(affinity.capacity, affinity.timeout);
    }
}

lease pool::pick(const boost::asio::ip::address& client, const tried_targets& tried,
                 time_point now) {
    const bool all_up = unavailable_.load(std::memory_order_acquire) == 0;
    if (all_up && !affinity_ && policy_ == policy::round_robin && tried.empty()) {
        const auto turn = cursor_.fetch_add(1, std::memory_order_relaxed);
        const auto target = static_cast<std::uint32_t>(turn % size_);
        return {target, connections_[target]};
    }
    const std::lock_guard lock(mutex_);
    if (affinity_) {
        const auto known = affinity_->find(client, now);
        if (known && usable(*known, tried, now)) {
            return take(*known, now);
        }
    }
    const auto chosen = choose(tried, now);
    if (!chosen) {
        return {};
    }
    if (affinity_) {
        affinity_->assign(client, *chosen, now);
    }
    return take(*chosen, now);
}

std::optional<std::uint32_t> pool::choose(const tried_targets& tried, time_point now) {
    const std::uint64_t start =
        policy_ == policy::first ? 0 : cursor_.load(std::memory_order_relaxed) % size_;
    for (std::uint64_t step = 0; step < size_; ++step) {
        const auto target = static_cast<std::uint32_t>((start + step) % size_);
        if (usable(target, tried, now)) {
            cursor_.store(target + std::uint64_t{1}, std::memory_order_relaxed);
            return target;
        }
    }
    // The last resort before this client is lost: one that is down, for it may have come back.
    const auto target = first_untried(tried);
    if (target && unavailable_.load(std::memory_order_relaxed) == size_) {
        give_all_another_chance();
    }
    if (target) {
        cursor_.store(*target + std::uint64_t{1}, std::memory_order_relaxed);
    }
    return target;
}

bool pool::usable(std::uint32_t target, const tried_targets& tried, time_point now) const noexcept {
    return !tried.contains(target) && health_[target].eligible(now, retry_);
}

std::optional<std::uint32_t> pool::first_untried(const tried_targets& tried) const {
    for (std::uint32_t target = 0; target < size_; ++target) {
        if (!tried.contains(target)) {
            return target;
        }
    }
    return std::nullopt;
}

lease pool::take(std::uint32_t target, time_point now) {
    health_[target].begin_attempt(now);
    return {target, connections_[target]};
}

void pool::give_all_another_chance() noexcept {
    for (auto& health : health_) {
        health.give_another_chance();
    }
    unavailable_.store(0, std::memory_order_release);
}

bool pool::report_connected(std::uint32_t target) {
    if (unavailable_.load(std::memory_order_acquire) == 0 &&
        announced_.load(std::memory_order_acquire) == 0) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    auto& health = health_[target];
    if (!health.available()) {
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
    if (news) {
        announced_.fetch_add(1, std::memory_order_release);
    }
    return news;
}

std::uint32_t pool::connections(std::uint32_t target) const noexcept {
    return connections_[target].load(std::memory_order_relaxed);
}

} // namespace plug
