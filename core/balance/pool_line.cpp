// The part of the pool that is about clients who wait.
#include "core/balance/pool.hpp"

#include <algorithm>
#include <utility>

namespace plug {

bool pool::wait(waiting_client& who, time_point now) {
    const std::lock_guard lock(mutex_);
    latest_ = std::max(latest_, now);
    if (is_succeeded_ || is_closed_) {
        who.result = is_succeeded_ ? wait_result::moved : wait_result::dismissed;
        return false;
    }
    const auto chosen = choose(who.client, who.tried, latest_);
    if (chosen.target) {
        who.granted = take(chosen, latest_);
        who.result = wait_result::served;
    } else if (!chosen.may_wait) {
        who.result = wait_result::no_target;
    } else if (!line_.takes(who)) {
        who.result = wait_result::line_full;
    } else {
        who.sticks_to = chosen.sticks_to;
        line_.enter(who);
    }
    return who.is_in_line;
}

bool pool::leave(waiting_client& who) {
    const std::lock_guard lock(mutex_);
    return line_.leave(who);
}

bool pool::begin_watch() {
    const std::lock_guard lock(mutex_);
    return !line_.empty() && !std::exchange(is_watched_, true);
}

std::optional<pool::time_point> pool::tick(time_point now) {
    called_clients called;
    const std::lock_guard lock(mutex_);
    latest_ = std::max(latest_, now);
    if (health_.end_rests(now)) {
        serve_line(called);
    }
    if (is_closed_) {
        line_.call_some(wait_result::dismissed, called);
    }
    line_.expire(now, called);
    is_watched_ = !line_.empty();
    if (is_watched_ && is_closed_) {
        return now;
    }
    const auto expiry = line_.next_expiry();
    const auto end_of_rest = health_.next_end_of_rest();
    return expiry && end_of_rest ? std::min(*expiry, *end_of_rest) : expiry;
}

void pool::close_line() {
    called_clients called;
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    line_.call_some(wait_result::dismissed, called); // and tick() the others
}

/// After whatever may have made room, or taken hope. So whoever stands in the line can be given
/// nothing, and a client that comes and is given something overtakes nobody.
void pool::serve_line(called_clients& called) {
    if (is_closed_) {
        return;
    }
    bool all_are_full = false;
    line_.serve(
        called, [&](waiting_client& each) { return serve(each, all_are_full); },
        [&] { return all_are_full; });
}

wait_result pool::serve(waiting_client& who, bool& all_are_full) {
    const bool waits_for_one = who.sticks_to && room_.is_full(*who.sticks_to) &&
                               health_.is_usable(*who.sticks_to, latest_);
    if (waits_for_one || (all_are_full && !who.sticks_to && who.tried.empty())) {
        return wait_result::waiting;
    }
    const auto chosen = choose(who.client, who.tried, latest_);
    if (chosen.target) {
        who.granted = take(chosen, latest_);
        return wait_result::served;
    }
    all_are_full |= chosen.may_wait && !chosen.sticks_to && who.tried.empty();
    return chosen.may_wait ? wait_result::waiting : wait_result::no_target;
}

} // namespace plug
