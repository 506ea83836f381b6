// The system's form of addresses and small helpers around sockets, for the support library alone.
#pragma once

#include "tests/support/net/descriptor.hpp"

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace plug::test {

struct socket_address {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;

    [[nodiscard]] sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] int family() const { return storage.ss_family; }
    [[nodiscard]] std::string host() const;
    [[nodiscard]] std::uint16_t port() const;
};

/// The address that `host` and `port` stand for in numbers; throws where they are none.
socket_address address_of(const std::string& host, std::uint16_t port);

/// A TCP socket that never blocks and is not inherited.
descriptor tcp_socket(int family);

/// The next connection of the queue of `listening`, that never blocks and is not inherited; none =
/// errno says why.
descriptor next_accepted(const descriptor& listening, socket_address& peer);

/// Lets `socket` be bound to a port of which old connections linger.
void allow_lingering_connections(const descriptor& socket);

/// Connects from `address` leave the choice of the port to the moment of the connect, where the
/// system knows such a thing.
void choose_port_late(const descriptor& socket);

void set_option(const descriptor& socket, int level, int option, int value);

/// Throws std::system_error with errno.
[[noreturn]] void fail(const std::string& what);

/// Waits for poll(2)'s `events`; false at the deadline.
bool ready(int number, short events, std::chrono::steady_clock::time_point deadline);

} // namespace plug::test
