#include "tests/benchmark/load/event_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>

namespace load {
namespace {

void control(int set, int operation, int socket, endpoint& owner, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &owner;
    if (::epoll_ctl(set, operation, socket, &event) != 0) {
        throw system_failure("watching a socket", errno);
    }
}

int milliseconds_until(clock::time_point when) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - clock::now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, 1000));
}

} // namespace

event_loop::event_loop() : set_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!set_.open()) {
        throw system_failure("making an epoll set", errno);
    }
}

void event_loop::add(const descriptor& socket, endpoint& owner, std::uint32_t events) {
    control(set_.number(), EPOLL_CTL_ADD, socket.number(), owner, events);
}

void event_loop::change(const descriptor& socket, endpoint& owner, std::uint32_t events) {
    control(set_.number(), EPOLL_CTL_MOD, socket.number(), owner, events);
}

void event_loop::serve_once(clock::time_point when) {
    std::array<epoll_event, 256> events; // filled by the kernel as far as it is read
    const int count = ::epoll_wait(set_.number(), events.data(), static_cast<int>(events.size()),
                                   milliseconds_until(std::min(when, limit_)));
    if (count < 0 && errno != EINTR) {
        throw system_failure("waiting for events", errno);
    }
    for (int index = 0; index < count; ++index) {
        const epoll_event& event = events[static_cast<std::size_t>(index)];
        static_cast<endpoint*>(event.data.ptr)->ready(event.events);
    }
    if (clock::now() > limit_) {
        throw failure("the measurement ran into its time limit");
    }
}

void event_loop::run_until(clock::time_point when) {
    while (clock::now() < when) {
        serve_once(when);
    }
}

bool event_loop::run_until(clock::time_point when, const std::function<bool()>& done) {
    while (!done()) {
        if (clock::now() >= when) {
            return false;
        }
        serve_once(when);
    }
    return true;
}

} // namespace load
