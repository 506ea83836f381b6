// A listening socket of one worker.
#pragma once

#include "platform/passed_sockets.hpp"
#include "platform/transport/linux/connection_state.hpp"

#include <memory>

namespace plug::platform {

struct acceptor::state final : watched {
    state(network::state& hosting, std::size_t worker_index, descriptor listening);
    /// On a socket that all workers share, if this one is not `alone`.
    state(network::state& hosting, std::size_t worker_index,
          std::shared_ptr<const passed_socket> shared, bool alone);
    ~state() override;

    void on_events(std::uint32_t events) override;

    /// Joins the worker's set, on the worker's own thread, where it has not yet.
    error_code watch();

    /// Lets go of a passed socket, which others keep open: closing it would leave it in the set.
    void leave() noexcept;

    /// True once after each few clients that it has taken in a row.
    bool lets_the_sessions_go_first() noexcept;

    /// Takes the next client from the queue; would_block where it is empty.
    accept_result take_next();

    network::state& worker;
    std::size_t index;
    endpoint address;
    waiter* waiting = nullptr;
    /// Edge-triggered: true until accept() has shown that nobody is left.
    bool readable = true;
    bool stopping = false;
    /// Null = the socket is this worker's own.
    std::shared_ptr<const passed_socket> passed;

private:
    accept_result adopt(descriptor accepted, const endpoint& peer);
    void go_behind_the_others();

    const bool has_others_ = false;
    bool is_watched_ = false;
    /// Clients since it last joined the set.
    unsigned taken_ = 0;
    /// Clients since it last waited.
    unsigned taken_in_turn_ = 0;
};

} // namespace plug::platform
