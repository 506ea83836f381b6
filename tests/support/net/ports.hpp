// Ports for tests, and what the system's tables of sockets say about them.
#pragma once

#include <boost/test/tree/test_unit.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace plug::test {

/// A port on which nothing listens. It stays reserved for this process until it ends: other test
/// processes that run at the same time, and the system's own choice of ports, leave it alone.
[[nodiscard]] std::uint16_t reserve_port();

/// Keeps other test processes from reserving `port` until this one ends; false where one has it.
/// To be called by reserve_port() alone.
[[nodiscard]] bool lock_port(std::uint16_t port);

/// `host:port`, IPv6 in brackets.
[[nodiscard]] std::string join(const std::string& host, std::uint16_t port);

/// The number of sockets that listen on `port`, as this thread's network sees them.
[[nodiscard]] std::size_t listening_sockets(std::uint16_t port);

/// The number of sockets that listen at all in this thread's network.
[[nodiscard]] std::size_t listening_sockets();

/// The number of sockets on local `port` whose three-way handshake is under way.
[[nodiscard]] std::size_t handshaking_sockets(std::uint16_t port);

/// Whether this system tells of keepalive timers; a precondition of the cases that need it.
boost::test_tools::assertion_result can_tell_keepalive(boost::unit_test::test_unit_id);

/// Whether the socket that is connected to `peer_port` from its side (local port `local_port`) has
/// a keepalive timer running.
[[nodiscard]] bool keepalive_runs(std::uint16_t local_port, std::uint16_t peer_port);

} // namespace plug::test
