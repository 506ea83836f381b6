#include "platform/transport/socket_state.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include <cerrno>

namespace plug::platform {

std::optional<std::size_t>
unacknowledged_bytes(boost::asio::ip::tcp::socket::native_handle_type socket,
                     const written_bytes& written) noexcept {
    int queued = 0;
#if defined(SO_NWRITE) // macOS
    socklen_t size = sizeof queued;
    const bool told = getsockopt(socket, SOL_SOCKET, SO_NWRITE, &queued, &size) == 0;
#elif defined(FIONWRITE) // FreeBSD
    const bool told = ioctl(socket, FIONWRITE, &queued) == 0;
#else                    // TIOCOUTQ is what tcp(7) of Linux calls SIOCOUTQ
    const bool told = ioctl(socket, TIOCOUTQ, &queued) == 0;
#endif
    return told ? std::optional(written.pending + static_cast<std::size_t>(queued)) : std::nullopt;
}

boost::system::error_code
take_pending_error(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept {
    int pending = 0;
    socklen_t size = sizeof pending;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &pending, &size) != 0) {
        pending = errno;
    }
    return {pending, boost::system::system_category()};
}

bool ended_by_reset(boost::asio::ip::tcp::socket::native_handle_type) noexcept { return false; }

} // namespace plug::platform
