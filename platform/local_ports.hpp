// What the system tells about the TCP ports of this machine: who listens on one, and how many it
// chooses from for outgoing connections.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plug::platform {

/// A process, as an operator knows it.
struct process_name {
    std::uint32_t id = 0;
    /// The name of its program; empty = the system does not tell.
    std::string name;
};

/// The process that listens so that `wanted` cannot be bound; the address :: is in the way of IPv4
/// too. Unset = none does, or the system does not tell: on Linux root alone may look at the
/// processes of others.
[[nodiscard]] std::optional<process_name>
listening_process(const boost::asio::ip::tcp::endpoint& wanted);

/// How many sockets of this machine listen at addresses that `wanted` includes or is included in;
/// :: includes IPv4, and does not count for an address of IPv4, as it may be there for IPv6 alone.
/// 0 = none do, or the system does not tell.
[[nodiscard]] std::size_t listening_sockets(const boost::asio::ip::tcp::endpoint& wanted);

/// Ports from the first one to the last one, both included.
struct port_range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    friend bool operator==(const port_range&, const port_range&) = default;
};

/// The ports that the system gives to outgoing connections, from each address of its own to each
/// target.
struct ephemeral_ports {
    /// Unset = the system does not tell.
    std::optional<port_range> range;
    /// Ports that it gives to nobody who does not name them.
    std::vector<port_range> reserved;
    /// The end that closes a connection first keeps its port towards the other one for so long
    /// (TIME_WAIT, RFC 9293, 3.6.1).
    std::chrono::seconds rest{60};

    [[nodiscard]] bool is_reserved(std::uint16_t port) const noexcept;
    /// How many there are; 0 = unknown.
    [[nodiscard]] std::uint32_t count() const noexcept;
};

/// Asks the system. Throws std::bad_alloc alone.
[[nodiscard]] ephemeral_ports read_ephemeral_ports();

} // namespace plug::platform
