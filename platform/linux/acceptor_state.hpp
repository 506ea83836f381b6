// A listening socket of one worker.
#pragma once

#include "platform/linux/connection_state.hpp"

namespace plug::platform {

struct acceptor::state final : watched {
    state(network::state& hosting, std::size_t worker_index, descriptor listening);
    ~state() override;

    void on_events(std::uint32_t events) override;

    /// Joins the worker's set, on the worker's own thread; only once.
    error_code watch() { return loop == nullptr ? worker.loop.watch(*this) : error_code{}; }

    /// Takes the next client from the queue; would_block where it is empty.
    accept_result take_next();

    network::state& worker;
    std::size_t index;
    endpoint address;
    waiter* waiting = nullptr;
    /// Edge-triggered: true until accept() has shown that nobody is left.
    bool readable = true;
    bool stopping = false;

private:
    accept_result adopt(descriptor accepted, const endpoint& peer);
};

} // namespace plug::platform
