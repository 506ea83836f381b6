#include "core/session/queue_place.hpp"

namespace plug {

platform::task<void> watch_queue(std::shared_ptr<plug_runtime> plug, platform::network& network) {
    auto next = plug->targets.next_expiry();
    while (next) {
        co_await network.sleep_until(*next);
        plug->targets.expire(network.now());
        next = plug->targets.next_expiry();
    }
}

} // namespace plug
