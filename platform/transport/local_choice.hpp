// How a socket is told which local port it may connect from.
#pragma once

#include "platform/transport/outgoing_ports.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace plug::platform {

using native_socket = boost::asio::ip::tcp::socket::native_handle_type;

/// Lets bind() to port 0 leave the choice of the port to connect(), so that ports run out towards
/// each target apart and not altogether (Linux: IP_BIND_ADDRESS_NO_PORT). Nothing where the system
/// knows no such thing.
void choose_port_late(native_socket socket) noexcept;

/// Makes the next connect() of `socket` look where `search` says. An error of a choice of one port
/// is that of bind(); one of a window says that the system knows no windows.
[[nodiscard]] boost::system::error_code narrow_ports(native_socket socket,
                                                     const port_search& search) noexcept;

} // namespace plug::platform
