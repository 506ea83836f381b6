// A connection of whichever transport the program is linked with, and the end that the test holds.
// Bodies: socket_pair.cpp for the transports that have sockets, scripted_pair.cpp for the other
// one.
#pragma once

#include "tests/support/transport/transport_worker.hpp"

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace plug::test {

/// How the transport came to the connection.
enum class origin { accepted, connected };
std::ostream& operator<<(std::ostream& out, origin how);

class connection_pair {
public:
    explicit connection_pair(origin how);
    ~connection_pair();
    connection_pair(const connection_pair&) = delete;
    connection_pair& operator=(const connection_pair&) = delete;

    [[nodiscard]] transport_worker& worker() noexcept;
    [[nodiscard]] platform::connection& inner() noexcept;
    [[nodiscard]] platform::endpoint outer_address() const;

    /// What the outer end does; before the read that is to meet it.
    void send(std::string_view bytes);
    void half_close();
    void reset();

    /// Exactly so many bytes that came to the outer end.
    [[nodiscard]] std::string received(std::size_t bytes);
    /// How the inner end was closed: in order, or with a reset.
    [[nodiscard]] stream_end end();

    /// A deadline that comes so soon, and something to make it come, where no clock goes on.
    [[nodiscard]] clock::time_point soon();
    void let_time_pass();

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace plug::test
