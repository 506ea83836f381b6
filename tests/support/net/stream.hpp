// TCP streams as tests need them: they tell an orderly end from a reset, and throw
// std::runtime_error where something happens that should not.
#pragma once

#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/waiting.hpp"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace plug::test {

/// How a direction of a stream ended.
enum class stream_end { orderly, reset, timed_out };
std::ostream& operator<<(std::ostream& out, stream_end end);

struct received {
    std::string bytes;
    stream_end end;
};

struct stream_options {
    /// Address to connect from; empty = the system chooses.
    std::string source{};
    /// SO_RCVBUF in bytes; 0 = the system's default.
    int receive_buffer = 0;
};

/// One TCP connection.
class stream {
public:
    stream() noexcept = default;
    /// A connection to `peer_host` and `peer_port`.
    stream(descriptor socket, std::string peer_host, std::uint16_t peer_port) noexcept
        : socket_(std::move(socket)), peer_host_(std::move(peer_host)), peer_port_(peer_port) {}
    [[nodiscard]] static stream connect(const std::string& host, std::uint16_t port,
                                        const stream_options& options = {});

    /// Sends everything, or throws.
    void send(std::string_view bytes);
    /// Sends everything; false where the connection is gone.
    [[nodiscard]] bool try_send(std::string_view bytes);
    /// Sends until the peer has taken nothing for `quiet`, or until `at_most` bytes are sent; tells
    /// how many.
    std::size_t send_until_blocked(std::size_t at_most, milliseconds quiet = 500ms);
    /// One byte of urgent data (MSG_OOB).
    void send_urgent(char byte);

    /// Exactly so many bytes, or throws.
    [[nodiscard]] std::string receive(std::size_t bytes);
    /// Up to and including `mark`, or throws.
    [[nodiscard]] std::string receive_until(std::string_view mark);
    /// All that comes until the stream ends.
    [[nodiscard]] received receive_to_end(milliseconds limit = patience);
    /// Sends `bytes` and ends that direction, while receiving all that comes until the stream ends.
    [[nodiscard]] received exchange(std::string_view bytes);
    /// What is there within `limit`: empty = nothing came, or the end.
    [[nodiscard]] std::string receive_some(milliseconds limit = patience);
    /// Whether neither a byte nor an end comes within `time`.
    [[nodiscard]] bool is_silent_for(milliseconds time);

    /// Ends the sending direction.
    void half_close();
    /// Closes with a reset.
    void reset();
    void close() { socket_.close(); }

    [[nodiscard]] std::string local_host() const;
    [[nodiscard]] std::uint16_t local_port() const;
    [[nodiscard]] const std::string& peer_host() const noexcept { return peer_host_; }
    [[nodiscard]] std::uint16_t peer_port() const noexcept { return peer_port_; }
    [[nodiscard]] int number() const noexcept { return socket_.number(); }

private:
    bool take(received& all);

    descriptor socket_;
    std::string peer_host_;
    std::uint16_t peer_port_ = 0;
    /// The reset came together with the end of the connect, which has taken the error.
    bool was_reset_at_once_ = false;
};

} // namespace plug::test
