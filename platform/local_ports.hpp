// What the system tells about the TCP ports of this machine: who listens on one, and how many it
// chooses from for outgoing connections.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

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

/// How many ports the system has for outgoing connections, from each address of its own to each
/// target; 0 = it does not tell.
[[nodiscard]] std::uint32_t ephemeral_ports();

} // namespace plug::platform
