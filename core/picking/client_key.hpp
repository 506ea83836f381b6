// A client's address as tables know it.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <array>

namespace plug {

/// An IPv6 address, or an IPv4 address as v4-mapped, in network order.
using client_key = std::array<unsigned char, 16>;

/// A v4-mapped client has the key of that IPv4 client.
[[nodiscard]] inline client_key key_of(const boost::asio::ip::address& client) noexcept {
    using boost::asio::ip::address_v6;
    return client.is_v6() ? client.to_v6().to_bytes()
                          : make_address_v6(boost::asio::ip::v4_mapped, client.to_v4()).to_bytes();
}

} // namespace plug
