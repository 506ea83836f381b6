// What systems differ in before a socket listens.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace plug::platform {

/// Sets the option with which `socket` may be bound to a port of which old connections linger, and
/// never to one on which another process listens: SO_REUSEADDR on Unix, SO_EXCLUSIVEADDRUSE on
/// Windows, where SO_REUSEADDR would let others take the port. To be called before bind().
boost::system::error_code
claim_port(boost::asio::ip::tcp::acceptor::native_handle_type socket) noexcept;

/// Lets sockets of this process be bound to an address that overlaps that of `socket`, where both
/// have said so: SO_REUSEPORT on Unix; nothing on Windows, where others could take the port then.
boost::system::error_code
let_overlap(boost::asio::ip::tcp::acceptor::native_handle_type socket) noexcept;

/// The number that makes listen() keep a queue of `wanted` connections, where the system allows it.
[[nodiscard]] int queue_length(int wanted) noexcept;

} // namespace plug::platform
