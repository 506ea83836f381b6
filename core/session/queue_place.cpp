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

platform::task<void> watch_queue(std::shared_ptr<plug_runtime> plug, platform::network& network) {
    auto due = network.now();
    while (const auto next = plug->targets.tick(due)) {
        if (*next <= due) {
            co_await next_turn(network); // so many at once and no more
        } else {
            const auto now = network.now();
            due = std::clamp(*next, now + shortest_sleep, now + longest_sleep);
            co_await network.sleep_until(due);
        }
    }
}

} // namespace plug
