// One epoll set and the endpoints that it wakes: all of the load generator runs in one thread on
// it.
#pragma once

#include "tests/benchmark/load/sockets.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace load {

using clock = std::chrono::steady_clock;

/// Something with a socket in the loop.
class endpoint {
public:
    endpoint() = default;
    endpoint(const endpoint&) = delete;
    endpoint& operator=(const endpoint&) = delete;
    virtual ~endpoint() = default;

    /// Called with the epoll events of its socket. May close its own socket and no other.
    virtual void ready(std::uint32_t events) = 0;
};

class event_loop {
public:
    event_loop();

    /// Running for longer than this from now on is a failure.
    void limit(std::chrono::seconds most) { limit_ = clock::now() + most; }

    void add(const descriptor& socket, endpoint& owner, std::uint32_t events);
    void change(const descriptor& socket, endpoint& owner, std::uint32_t events);

    /// Serves events until this moment.
    void run_until(clock::time_point when);

    /// Serves events until `done` says so; false if that has not come before `when`.
    bool run_until(clock::time_point when, const std::function<bool()>& done);

private:
    void serve_once(clock::time_point when);

    clock::time_point limit_ = clock::time_point::max();
    descriptor set_;
};

} // namespace load
