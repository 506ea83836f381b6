// The written forms of addresses, ports, networks and hosts, and how they are printed.
#pragma once

#include "core/config/parsed.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

using address = boost::asio::ip::address;

/// Where a plug listens: `port`, `:port`, `*:port`, `address:port`, `[v6]:port`, or `fd:NAME` for a
/// socket that the supervisor passes; each with `/address` or `/interface` behind it as the
/// outgoing side.
struct listen_address {
    /// Unset = all addresses of both families.
    std::optional<boost::asio::ip::address> host;
    std::uint16_t port = 0;
    /// The part behind the slash as it was written; empty = the system chooses.
    std::string outgoing{};
    /// The name of a socket that the supervisor passes, whatever its address; empty = host and port
    /// say where.
    std::string passed_name{};

    bool operator==(const listen_address&) const = default;
};

/// A host, by address or by name, and a port.
struct host_port {
    /// As it was written, without brackets.
    std::string host;
    /// 0 = none was written.
    std::uint16_t port = 0;
    /// Set where `host` is an address in numbers.
    std::optional<boost::asio::ip::address> numeric;

    bool operator==(const host_port&) const = default;
};

/// A network in CIDR form.
struct network_prefix {
    boost::asio::ip::address base;
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    unsigned bits = 0;

    /// Whether `client` lies in the network; a v4-mapped client counts as IPv4.
    [[nodiscard]] bool contains(const boost::asio::ip::address& client) const noexcept;

    bool operator==(const network_prefix&) const = default;
};

/// A port number, 1 to 65535, decimal digits only.
parsed<std::uint16_t> parse_port(std::string_view text);

/// An IPv4 dotted quad (four parts) or an IPv6 address, with or without brackets, with or without a
/// scope (`fe80::1%eth0`). A v4-mapped address gives the IPv4 address. Never asks a resolver.
parsed<boost::asio::ip::address> parse_address(std::string_view text);

parsed<listen_address> parse_listen(std::string_view text);

/// The outgoing side of a plug: an address, or the name of an interface, which is not looked up
/// here. Gives the text as it was written.
parsed<std::string> parse_outgoing(std::string_view text);

/// `host`, `host:port`, `[v6]`, `[v6]:port`, or a bare IPv6 address. A host that is neither an
/// address nor a well-formed name (RFC 1123, at most 253 characters; underscores pass) is refused,
/// and so is a name of digits and dots only, which is most likely a mistyped address.
parsed<host_port> parse_host_port(std::string_view text);

/// `address` or `address/bits`; bits missing = the whole address. Host bits that are set are cut
/// off, as operators write `10.1.2.3/8` and mean 10.0.0.0/8. A v4-mapped network becomes the IPv4
/// network that it stands for.
parsed<network_prefix> parse_network(std::string_view text);

/// The address itself, or the IPv4 address that a v4-mapped one (RFC 4291, 2.5.5.2) stands for.
[[nodiscard]] boost::asio::ip::address unmapped(const boost::asio::ip::address& address) noexcept;
[[nodiscard]] boost::asio::ip::tcp::endpoint
unmapped(const boost::asio::ip::tcp::endpoint& endpoint) noexcept;

/// `address:port`, IPv6 in brackets.
[[nodiscard]] std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);
[[nodiscard]] std::string to_text(const host_port& target);

/// `address/bits`.
[[nodiscard]] std::string to_text(const network_prefix& network);

/// `port`, `address:port` or `fd:NAME`, without the outgoing side.
[[nodiscard]] std::string to_text(const listen_address& listen);

} // namespace plug
