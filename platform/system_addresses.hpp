// What platform/interfaces.cpp asks of posix/ and windows/.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

namespace plug::platform {

/// Whether one of this machine's interfaces has `address`, which is neither mapped nor a loopback
/// address.
[[nodiscard]] bool system_has_address(const boost::asio::ip::address& address) noexcept;

/// The addresses of the interface `name`, in the system's order; empty = it is not there or not up.
[[nodiscard]] std::vector<boost::asio::ip::address> system_addresses_of(const std::string& name);

/// Equal but for the scope of a link-local address.
[[nodiscard]] bool same_bytes(const boost::asio::ip::address& left,
                              const boost::asio::ip::address& right) noexcept;

} // namespace plug::platform
