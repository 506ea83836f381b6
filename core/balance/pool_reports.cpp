// The part of the pool that hears what becomes of its targets.
#include "core/balance/pool.hpp"

namespace plug {

/// One that is news as up is in slow start, until it goes down or has its whole weight.
void pool::note_news(std::uint32_t target, health_news news) {
    if (!slow_start_ || news == health_news::none) {
        return;
    }
    if (news == health_news::up) {
        slow_start_->begin(target);
    } else {
        slow_start_->end(target);
    }
    tier_of(target).set_share(target, slow_start_->share(target));
}

void pool::advance_slow_start(time_point now) {
    if (slow_start_) {
        slow_start_->advance(now, [&](std::uint32_t target, std::uint32_t share) {
            tier_of(target).set_share(target, share);
        });
    }
}

bool pool::report_connected(std::uint32_t target) {
    if (health_.learns_nothing()) {
        return false;
    }
    called_clients called;
    const std::lock_guard lock(mutex_);
    const bool news = health_.succeeded(target);
    note_news(target, news ? health_news::up : health_news::none);
    serve_line(called);
    return news;
}

void pool::report_connect_time(std::uint32_t target, time_point::duration took, time_point now) {
    const std::lock_guard lock(mutex_);
    times_->add(target, took, now);
}

bool pool::report_failed(std::uint32_t target, time_point now) {
    called_clients called;
    const std::lock_guard lock(mutex_);
    const bool news = health_.failed(target, now);
    note_news(target, news ? health_news::down : health_news::none);
    serve_line(called);
    return news;
}

health_news pool::report_check(std::uint32_t target, const check_finding& found) {
    if (found.passed && found.up && health_.learns_nothing()) {
        return health_news::none; // one that is down is announced
    }
    called_clients called;
    const std::lock_guard lock(mutex_);
    const auto news = health_.checked(target, found);
    note_news(target, news);
    serve_line(called);
    return news;
}

health_news pool::forget_check(std::uint32_t target) {
    called_clients called;
    const std::lock_guard lock(mutex_);
    if (!health_.is_checked_down(target)) {
        return health_news::none;
    }
    const auto news = health_.checked(target, {true, true, 1});
    note_news(target, news);
    serve_line(called);
    return news;
}

} // namespace plug
