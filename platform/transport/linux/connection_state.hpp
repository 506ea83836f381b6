// A socket of the Linux transport and what is known of it.
#pragma once

#include "platform/transport/linux/network_state.hpp"
#include "platform/transport/linux/waiter.hpp"

#include <string>

namespace plug::platform {

class relay_machine;

/// What a system call moved: an error, or the number of bytes.
struct moved {
    int error = 0;
    std::size_t bytes = 0;

    [[nodiscard]] bool would_block() const noexcept;
};

/// Readiness is remembered from the events (edge-triggered) and forgotten when a call shows that
/// nothing is left, so that no call is made in vain.
struct connection::state final : watched {
    state(network::state& worker, descriptor opened, const endpoint& other_end) noexcept;
    ~state() override;

    void on_events(std::uint32_t events) override;

    /// recv(): at most `size` bytes; 0 = end of the stream.
    moved receive(void* data, std::size_t size) noexcept;
    moved send(const void* data, std::size_t size) noexcept;
    /// splice() into or out of a pipe; counts what is in it.
    moved receive_into(pipe& filled) noexcept;
    moved send_from(pipe& emptied) noexcept;

    /// Sends an end of stream behind what was written; 0, or the error of a connection that is
    /// gone.
    [[nodiscard]] int send_end() noexcept;
    /// From now on a close is a reset.
    void reset_when_closed() noexcept;
    /// See connection::unsent().
    [[nodiscard]] std::size_t unsent() const noexcept;
    /// The error that the socket holds; none = 0. The system tells it once.
    [[nodiscard]] int take_error() noexcept;

    void cancel_waiting() noexcept;

    // What every event and call looks at stands together, next to the socket.
    /// Set by events, and cleared by a read that shows that nothing is left.
    bool readable = false;
    /// Set by events, and cleared by a write that was not taken whole.
    bool writable = true;
    /// Set by events for good. No more will come than is there: read on until the end, a short read
    /// is not the last.
    bool ended = false;
    /// Set by events: a read stops before an urgent byte. Cleared when nothing is left.
    bool urgent = false;
    /// Set by events; the relay clears it when it asks for the error.
    bool failed = false;
    /// Set by cancel() for good.
    bool cancelled = false;
    /// TCP_NODELAY is still to be set, before the first write that it can matter for.
    bool delaying = false;
    bool sent_before = false;
    /// A relay has read bytes for it since it read any from it.
    bool unanswered = false;
    /// A read has ended in an error, which the system tells once: later reads find the end of the
    /// stream there.
    bool lost = false;
    relay_machine* relay = nullptr;
    network::state& worker;
    waiter* reader = nullptr;
    waiter* writer = nullptr;
    /// While it connects and an observer is to be told.
    std::unique_ptr<waiter> connecting;
    /// What was given to unread(), or none.
    std::unique_ptr<std::string> unread;
    endpoint peer;

private:
    void after_receiving(const moved& result, std::size_t asked) noexcept;
    void stop_delaying(std::size_t next_write) noexcept;
};

} // namespace plug::platform
