// One direction of a relay.
#pragma once

#include "platform/transport/linux/connection_state.hpp"

namespace plug::platform {

/// Moves bytes from one socket to the other: through the worker's buffer while they are few,
/// through a pipe while they stream. Holds memory only while the receiver does not take what was
/// read.
class flow {
public:
    /// How far move() came.
    enum class progress : std::uint8_t {
        waits,          // for one of the sockets
        wants_turn,     // there is more, and others come first
        delivered,      // the stream has ended and everything was written
        sender_failed,  // see error()
        receiver_failed // see error()
    };

    flow(connection::state& from, connection::state& to, std::uint64_t& counter,
         clock::time_point& last_active);

    /// Moves what can be moved now, up to a budget.
    progress move();

    /// The sender has failed: what it sent before is all that there will be.
    void expect_no_more() noexcept {
        no_more_ = true;
        from_.readable = true; // the event for what came last may not have come yet
    }

    /// Forgets what was read and moves nothing any more.
    void drop() noexcept;

    /// Whether the sender's end of stream has been read.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] bool done() const noexcept { return done_; }
    [[nodiscard]] int error() const noexcept { return error_; }
    /// Bytes that were read and are not yet written.
    [[nodiscard]] std::size_t held() const noexcept {
        return (backlog_ ? backlog_->end - backlog_->begin : 0) + (pipe_ ? pipe_->filled : 0);
    }

private:
    /// Bytes that the receiver did not take at once.
    struct backlog {
        std::unique_ptr<char[]> bytes;
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    /// True when nothing read is left to be written.
    bool deliver();
    bool deliver_backlog();
    bool deliver_pipe();
    progress undelivered() const noexcept;
    bool fetch();
    bool fetch_copying();
    bool fetch_splicing();
    void count(std::size_t bytes) noexcept;
    void note_delivery(const moved& sent) noexcept;
    void pass_on(const char* bytes, std::size_t size);
    void keep(const char* data, std::size_t size);
    bool sender_failed(const moved& result) noexcept;
    void receiver_failed(int error) noexcept;

    connection::state& from_;
    connection::state& to_;
    std::uint64_t& counter_;
    clock::time_point& last_active_;
    std::unique_ptr<backlog> backlog_;
    std::unique_ptr<pipe> pipe_;
    int error_ = 0;
    bool streaming_ = false;
    bool receiver_failed_ = false;
    bool ended_ = false;
    bool no_more_ = false;
    bool done_ = false;
};

} // namespace plug::platform
