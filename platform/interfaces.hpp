// The addresses of this machine.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

namespace plug::platform {

/// Whether `address` belongs to this machine. Asks the routing table and sends nothing.
[[nodiscard]] bool is_local_address(const boost::asio::ip::address& address) noexcept;

/// The addresses of the network interface `name`, link-local ones last; empty = no such interface,
/// or none that is configured.
[[nodiscard]] std::vector<boost::asio::ip::address> addresses_of_interface(const std::string& name);

} // namespace plug::platform
