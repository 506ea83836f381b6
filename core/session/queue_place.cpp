#include "core/session/queue_place.hpp"

#include <algorithm>
#include <chrono>

namespace plug {

namespace {

/// What is to be done next may be brought forward while the watch sleeps: by a target that goes
/// down and has a short retry time, and by a client that has waited before and comes back.
constexpr std::chrono::milliseconds longest_sleep{250};

} // namespace

platform::task<void> watch_queue(std::shared_ptr<plug_runtime> plug, platform::network& network) {
    while (const auto next = plug->targets.tick(network.now())) {
        const auto now = network.now();
        if (*next <= now) {
            co_await next_turn(network); // so many at once and no more
        } else {
            co_await network.sleep_until(std::min(*next, now + longest_sleep));
        }
    }
}

} // namespace plug
