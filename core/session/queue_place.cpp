#include "core/session/queue_place.hpp"

#include <algorithm>
#include <chrono>

namespace plug {

namespace {

/// What is to be done next may be brought forward while the watch sleeps: by a target that goes
/// down and has a short retry time, and by a client that has waited before and comes back.
constexpr std::chrono::milliseconds longest_sleep{250};

/// Where the process was stopped for longer than a client may wait, a place may have become free
/// meanwhile that another worker has still to hear of.
constexpr std::chrono::milliseconds shortest_sleep{20};

} // namespace

platform::task<void> queue_watch::go_on() {
    auto due = network_.now();
    while (const auto next = plug_->targets.tick(due)) {
        if (*next <= due) {
            co_await next_turn(network_); // so many at once and no more
        } else {
            const auto now = network_.now();
            due = std::clamp(*next, now + shortest_sleep, now + longest_sleep);
            co_await network_.sleep_until(due);
        }
    }
}

} // namespace plug
