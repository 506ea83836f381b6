#include "core/balance/pool_health.hpp"

#include <algorithm>
#include <utility>

namespace plug {

pool_health::pool_health(std::span<const target_config> targets,
                         std::optional<std::chrono::milliseconds> retry, told_available told)
    : retry_(retry), told_(std::move(told)), has_weight_(targets.size()), health_(targets.size()),
      rests_(retry ? targets.size() : 0), is_resting_(targets.size()), is_out_(targets.size()),
      is_unavailable_(targets.size()) {
    std::transform(targets.begin(), targets.end(), has_weight_.begin(),
                   [](const target_config& each) { return each.weight > 0; });
    not_called_down_ = static_cast<std::size_t>(std::ranges::count(has_weight_, true));
}

void pool_health::take_over(const pool_health& before, std::span<const maybe_target> now_called) {
    for (std::uint32_t number = 0; number < before.health_.size(); ++number) {
        if (const auto target = now_called[number]) {
            take_over(*target, before.health_[number]);
        }
    }
}

void pool_health::take_over(std::uint32_t target, const target_health& known) {
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

bool pool_health::none_is_up() const noexcept {
    for (std::uint32_t target = 0; target < health_.size(); ++target) {
        if (has_weight_[target] && health_[target].available() && !is_held_down(target)) {
            return false;
        }
    }
    return true;
}

/// Whether a check keeps it from being picked.
bool pool_health::is_held_down(std::uint32_t target) const noexcept {
    return health_[target].checked_down() && not_called_down_ > 0;
}

void pool_health::begin_attempt(std::uint32_t target, time_point now) {
    if (!health_[target].available()) {
        health_[target].begin_attempt(now);
        begin_rest(target, now);
        update(target);
    }
}

void pool_health::give_all_another_chance() {
    for (std::uint32_t target = 0; target < health_.size(); ++target) {
        health_[target].give_another_chance();
        is_out_[target] = false;
    }
    update_all();
}

/// It is left out until its retry time has come.
void pool_health::begin_rest(std::uint32_t target, time_point now) {
    is_out_[target] = true;
    if (retry_ && !is_resting_[target]) {
        is_resting_[target] = true;
        put_rest({target, now});
    }
}

/// Behind all that began no later. One that is put back may have begun before others.
void pool_health::put_rest(const rest& put) {
    rests_.insert(std::ranges::upper_bound(rests_, put.since, {}, &rest::since), put);
}

bool pool_health::end_rests(time_point now) {
    bool any = false;
    while (!rests_.empty() && now - rests_.front().since >= *retry_) {
        const auto target = rests_.front().target;
        rests_.pop_front();
        const auto& health = health_[target];
        if (!health.available() && !health.eligible(now, retry_)) {
            put_rest({target, health.tried_at()}); // it was tried again meanwhile
            continue;
        }
        is_resting_[target] = false;
        is_out_[target] = false;
        update(target);
        any = true;
    }
    return any;
}

std::vector<std::uint32_t> pool_health::rested_at(time_point now) const {
    std::vector<std::uint32_t> rested;
    for (const auto& each : rests_) {
        if (now - each.since < *retry_) {
            break;
        }
        if (is_usable(each.target, now)) {
            rested.push_back(each.target);
        }
    }
    return rested;
}

candidate pool_health::describe(std::uint32_t target, time_point now) const {
    const auto& health = health_[target];
    candidate told;
    told.called_down = health.checked_down();
    told.held_down = is_held_down(target);
    told.has_failed = !health.available();
    if (told.has_failed) {
        told.failed_ago = now - health.tried_at();
        if (retry_) {
            told.retry_in = health.tried_at() + *retry_ - now;
        }
    }
    return told;
}

/// Makes what picks go by of what is known of the target.
void pool_health::update(std::uint32_t target) {
    const bool held_down = is_held_down(target);
    told_(target, !is_out_[target] && !held_down);
    const bool unavailable = held_down || !health_[target].available();
    if (unavailable != is_unavailable_[target]) {
        is_unavailable_[target] = unavailable;
        unavailable_.fetch_add(unavailable ? std::size_t{1} : std::size_t(-1),
                               std::memory_order_release);
    }
}

void pool_health::update_all() {
    for (std::uint32_t target = 0; target < health_.size(); ++target) {
        update(target);
    }
}

void pool_health::note_news(health_news news) noexcept {
    if (news == health_news::down) {
        announced_.fetch_add(1, std::memory_order_release);
    } else if (news == health_news::up) {
        announced_.fetch_sub(1, std::memory_order_release);
    }
}

bool pool_health::succeeded(std::uint32_t target) {
    const bool news = health_[target].succeeded();
    is_out_[target] = false;
    update(target);
    note_news(news ? health_news::up : health_news::none);
    return news;
}

bool pool_health::failed(std::uint32_t target, time_point now) {
    const bool news = health_[target].failed(now);
    begin_rest(target, now);
    update(target);
    note_news(news ? health_news::down : health_news::none);
    return news;
}

health_news pool_health::checked(std::uint32_t target, const check_finding& found) {
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

/// The first check that calls a target up ends what all calling theirs down has begun, and the
/// other way round.
void pool_health::count_check(std::uint32_t target, bool up) {
    if (!has_weight_[target]) {
        return;
    }
    const auto before = not_called_down_;
    not_called_down_ = up ? before + 1 : before - 1;
    if (before == 0 || not_called_down_ == 0) {
        update_all();
    }
}

} // namespace plug
