// A descriptor in the worker's epoll set, and who is told of its events.
#pragma once

#include "platform/linux/descriptor.hpp"
#include "platform/transport/linux/scheduled.hpp"

#include <array>
#include <cstdint>

namespace plug::platform {

class event_loop;

/// Lives on the heap and is freed through its loop, as events for it may already be harvested.
class watched : public queue_hook {
public:
    explicit watched(descriptor opened) noexcept : socket(std::move(opened)) {}
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;
    virtual ~watched() = default;

    /// Called with EPOLLIN and the like, while the socket is open.
    virtual void on_events(std::uint32_t events) = 0;

    /// What on_events() will touch besides this object: the processor fetches it while the event
    /// before is served. With thousands of sessions each one has left the caches when its turn
    /// comes. May dangle.
    std::array<const void*, 4> touched{};
    /// The loop that watches it; null before it is watched, and once the loop has ended.
    event_loop* loop = nullptr;
    descriptor socket;
};

using watched_list = boost::intrusive::list<watched, boost::intrusive::constant_time_size<false>>;

} // namespace plug::platform
