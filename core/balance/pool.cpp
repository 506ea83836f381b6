#include "core/balance/pool.hpp"

#include <algorithm>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace plug {

namespace {

std::vector<bool> flags_of(std::span<const target_config> targets,
                           bool (*flag)(const target_config&)) {
    std::vector<bool> flags(targets.size());
    std::transform(targets.begin(), targets.end(), flags.begin(), flag);
    return flags;
}

/// What the targets `from` are called among `to`, by label; of those with equal labels the first is
/// the first.
std::vector<std::optional<std::uint32_t>> renumbered(const auto& from, const auto& to) {
    std::unordered_map<std::string_view, std::deque<std::uint32_t>> numbers;
    for (std::uint32_t number = 0; number < to.size(); ++number) {
        numbers[to[number].label].push_back(number);
    }
    std::vector<std::optional<std::uint32_t>> found(from.size());
    for (std::uint32_t number = 0; number < from.size(); ++number) {
        const auto known = numbers.find(from[number].label);
        if (known != numbers.end() && !known->second.empty()) {
            found[number] = known->second.front();
            known->second.pop_front();
        }
    }
    return found;
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
    : size_(targets.size()), retry_(retry), identities_(identities_of(targets)),
      connections_(counts_for(targets, before)),
      is_backup_(flags_of(targets, [](const target_config& each) { return each.backup; })),
      has_weight_(flags_of(targets, [](const target_config& each) { return each.weight > 0; })),
      primary_(policy, targets, false, connections_), backups_(policy, targets, true, connections_),
      health_(size_), is_resting_(size_), is_out_(size_), is_unavailable_(size_),
      not_called_down_(static_cast<std::size_t>(std::ranges::count(has_weight_, true))),
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

std::vector<pool::identity> pool::identities_of(std::span<const target_config> targets) {
    std::vector<identity> known;
    for (const auto& each : targets) {
        known.push_back({each.label(), each.where});
    }
    return known;
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
    const auto now_called = renumbered(before.identities_, identities_);
    const std::lock_guard lock(before.mutex_);
    if (affinity_ && before.affinity_) {
        affinity_->take_over(*before.affinity_, now_called);
    }
    for (std::uint32_t number = 0; number < before.size_; ++number) {
        const auto target = now_called[number];
        if (target && identities_[*target].where == before.identities_[number].where) {
            take_over_health(*target, before.health_[number]);
        }
    }
    // In the order of their beginning, which that of the numbers is not.
    std::ranges::sort(rests_, {}, &rest::since);
}

void pool::take_over_health(std::uint32_t target, const target_health& known) {
    health_[target] = known;
    if (known.announced_down()) {
        announced_.fetch_add(1);
    }
    if (!known.available()) {
        begin_rest(target, known.tried_at());
    }
    if (known.checked_down()) {
        count_check(target, false);
    }
    update(target);
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
    if (is_simple_ && unavailable_.load(std::memory_order_acquire) == 0 && tried.empty()) {
        const auto target = primary_.take_turn();
        return {target, *connections_[target], this};
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

pool::maybe_target pool::choose(const client_key& client, const tried_targets& tried) {
    const auto is_untried = [&](std::uint32_t target) { return !tried.contains(target); };
    for (tier* const each : {&primary_, &backups_}) {
        if (const auto chosen = each->pick(client, is_untried)) {
            return chosen;
        }
    }
    return last_resort(tried);
}

/// Before this client is lost: one that is down, for it may have come back. First those that no
/// check calls down.
pool::maybe_target pool::last_resort(const tried_targets& tried) {
    for (const bool called_down : {false, true}) {
        for (std::uint32_t target = 0; target < size_; ++target) {
            if (has_weight_[target] && !tried.contains(target) &&
                is_held_down(target) == called_down) {
                if (none_is_up()) {
                    give_all_another_chance();
                }
                tier_of(target).go_on_behind(target);
                return target;
            }
        }
    }
    return std::nullopt;
}

bool pool::none_is_up() const noexcept {
    for (std::uint32_t target = 0; target < size_; ++target) {
        if (has_weight_[target] && health_[target].available() && !is_held_down(target)) {
            return false;
        }
    }
    return true;
}

bool pool::usable(std::uint32_t target, const tried_targets& tried, time_point now) const noexcept {
    return !tried.contains(target) && health_[target].eligible(now, retry_) &&
           !is_held_down(target);
}

/// Whether a check keeps it from being picked.
bool pool::is_held_down(std::uint32_t target) const noexcept {
    return health_[target].checked_down() && not_called_down_ > 0;
}

lease pool::take(std::uint32_t target, time_point now) {
    if (!health_[target].available()) {
        health_[target].begin_attempt(now);
        begin_rest(target, now);
        update(target);
    }
    auto& from = tier_of(target);
    lease taken{target, *connections_[target], this};
    from.changed(target);
    return taken;
}

void pool::give_all_another_chance() {
    for (std::uint32_t target = 0; target < size_; ++target) {
        health_[target].give_another_chance();
        is_out_[target] = false;
    }
    update_all();
}

/// It is left out until its retry time has come.
void pool::begin_rest(std::uint32_t target, time_point now) {
    is_out_[target] = true;
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
        is_out_[target] = false;
        update(target);
    }
}

/// Makes what picks go by of what is known of the target.
void pool::update(std::uint32_t target) {
    const bool held_down = is_held_down(target);
    tier_of(target).set_available(target, !is_out_[target] && !held_down);
    const bool unavailable = held_down || !health_[target].available();
    if (unavailable != is_unavailable_[target]) {
        is_unavailable_[target] = unavailable;
        unavailable_.fetch_add(unavailable ? std::size_t{1} : std::size_t(-1),
                               std::memory_order_release);
    }
}

void pool::update_all() {
    for (std::uint32_t target = 0; target < size_; ++target) {
        update(target);
    }
}

void pool::note_news(health_news news) noexcept {
    if (news == health_news::down) {
        announced_.fetch_add(1, std::memory_order_release);
    } else if (news == health_news::up) {
        announced_.fetch_sub(1, std::memory_order_release);
    }
}

bool pool::report_connected(std::uint32_t target) {
    if (unavailable_.load(std::memory_order_acquire) == 0 &&
        announced_.load(std::memory_order_acquire) == 0) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    const bool news = health_[target].succeeded();
    is_out_[target] = false;
    update(target);
    note_news(news ? health_news::up : health_news::none);
    return news;
}

bool pool::report_failed(std::uint32_t target, time_point now) {
    const std::lock_guard lock(mutex_);
    const bool news = health_[target].failed(now);
    begin_rest(target, now);
    update(target);
    note_news(news ? health_news::down : health_news::none);
    return news;
}

health_news pool::report_check(std::uint32_t target, const check_finding& found) {
    if (found.passed && found.up && unavailable_.load(std::memory_order_acquire) == 0 &&
        announced_.load(std::memory_order_acquire) == 0) {
        return health_news::none; // one that is down is announced
    }
    const std::lock_guard lock(mutex_);
    auto& health = health_[target];
    auto news = health_news::none;
    if (found.up == health.checked_down()) {
        const bool told = found.up ? health.check_rose() : health.check_fell();
        news = !told ? health_news::none : found.up ? health_news::up : health_news::down;
        count_check(target, found.up);
    } else if (found.up && found.passed) {
        news = health.probe_passed(found.rise) ? health_news::up : health_news::none;
    } else {
        health.probe_failed();
    }
    if (health.available() && found.up) {
        is_out_[target] = false;
    }
    update(target);
    note_news(news);
    return news;
}

health_news pool::forget_check(std::uint32_t target) {
    {
        const std::lock_guard lock(mutex_);
        if (!health_[target].checked_down()) {
            return health_news::none;
        }
    }
    return report_check(target, {true, true, 1});
}

/// The first check that calls a target up ends what all calling theirs down has begun, and the
/// other way round.
void pool::count_check(std::uint32_t target, bool up) {
    if (!has_weight_[target]) {
        return;
    }
    const auto before = not_called_down_;
    not_called_down_ = up ? before + 1 : before - 1;
    if (before == 0 || not_called_down_ == 0) {
        update_all();
    }
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
