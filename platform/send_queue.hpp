// How much of what was sent has not arrived yet.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <optional>

namespace plug::platform {

/// Bytes written to `socket` that the peer's system has not acknowledged; nothing where this system
/// cannot tell.
[[nodiscard]] std::optional<std::size_t>
unacknowledged_bytes(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept;

} // namespace plug::platform
