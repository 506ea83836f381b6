// What the system knows of a connected socket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace plug::platform {

/// What was written to a socket in all, and how much of it stands in a write that has not ended.
struct written_bytes {
    std::uint64_t total = 0;
    std::size_t pending = 0;
};

/// Bytes of `written` that the system of the peer has not acknowledged, an end of stream perhaps
/// counted as one; unset = this system does not know.
[[nodiscard]] std::optional<std::size_t>
unacknowledged_bytes(boost::asio::ip::tcp::socket::native_handle_type socket,
                     const written_bytes& written) noexcept;

/// The error that the socket holds, such as the reset that nobody has read yet; none = none. The
/// system tells it once.
[[nodiscard]] boost::system::error_code
take_pending_error(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept;

/// Where a read of `socket` has met the end of the stream: whether it was a reset in truth. Wine
/// tells of a reset only a read that waits when it comes, and lets later ones see an end.
[[nodiscard]] bool ended_by_reset(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept;

} // namespace plug::platform
