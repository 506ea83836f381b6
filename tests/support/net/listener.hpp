// A listening socket of the test, which can be made to answer, refuse, or stay silent.
#pragma once

#include "tests/support/net/ports.hpp"
#include "tests/support/net/stream.hpp"

#include <boost/test/tree/test_unit.hpp>

#include <optional>

namespace plug::test {

/// Whether this system lets a listener fall silent (drop_new_connections()); a precondition of the
/// cases that need it.
boost::test_tools::assertion_result can_fall_silent(boost::unit_test::test_unit_id);

/// A listening socket of the test.
class listener {
public:
    /// Listens at once, on a port of its own unless one is named.
    explicit listener(std::string host = "127.0.0.1", std::uint16_t port = 0);

    /// The next connection; throws when none comes.
    [[nodiscard]] stream accept();
    [[nodiscard]] std::optional<stream> accept_within(milliseconds limit);

    /// From now on connects go unanswered, as if the machine were gone: the system drops every SYN
    /// that comes to this socket.
    void drop_new_connections();
    void take_new_connections();

    /// Connects are refused from now on. Clients that are in the queue are reset.
    void close();
    /// Leaves the port without harming anyone: no new client gets in, and those that are connected
    /// are all in the accept queue when this returns.
    void settle();
    /// Listens again on the same port.
    void reopen();

    [[nodiscard]] std::string address() const { return join(host_, port_); }
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] int number() const noexcept { return socket_.number(); }

private:
    std::string host_;
    std::uint16_t port_;
    descriptor socket_;
};

} // namespace plug::test
