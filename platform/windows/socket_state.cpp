// SIO_TCP_INFO came with Windows 10.0.15063 (NTDDI_WIN10_RS2); an older system refuses the call.
#define NTDDI_VERSION 0x0A000003

#include "platform/transport/socket_state.hpp"

#include <winsock2.h>
// Behind winsock2.h.
#include <mstcpip.h>

namespace plug::platform {

namespace {

boost::system::error_code system_error(int number) noexcept {
    return {number, boost::system::system_category()};
}

} // namespace

/// Windows counts what was sent and what is under way (since 10.0.15063), and not what waits behind
/// it. Nothing is left when nothing is under way and the window of the peer is open. Otherwise the
/// rest is what was written without what was sent and has arrived; a byte at least, as nobody says
/// whether BytesOut counts what was sent again. Written by the documentation and never seen to run:
/// Wine does not know this call.
std::optional<std::size_t>
unacknowledged_bytes(boost::asio::ip::tcp::socket::native_handle_type socket,
                     const written_bytes& written) noexcept {
    DWORD version = 0;
    TCP_INFO_v0 told{};
    DWORD size = 0;
    if (::WSAIoctl(socket, SIO_TCP_INFO, &version, sizeof version, &told, sizeof told, &size,
                   nullptr, nullptr) != 0) {
        return std::nullopt;
    }
    if (written.pending == 0 && told.BytesInFlight == 0 && told.SndWnd != 0) {
        return 0;
    }
    const std::uint64_t arrived = told.BytesOut - told.BytesInFlight;
    return written.total > arrived ? static_cast<std::size_t>(written.total - arrived) : 1;
}

boost::system::error_code
take_pending_error(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept {
    int pending = 0;
    int size = sizeof pending;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&pending), &size) != 0) {
        return system_error(::WSAGetLastError());
    }
    if (pending != 0) {
        return system_error(pending);
    }
    // A reset that came behind the connect is no SO_ERROR here.
    return ended_by_reset(socket) ? system_error(WSAECONNRESET) : boost::system::error_code();
}

bool ended_by_reset(boost::asio::ip::tcp::socket::native_handle_type socket) noexcept {
    WSAPOLLFD asked{socket, POLLRDNORM, 0};
    return ::WSAPoll(&asked, 1, 0) > 0 && (asked.revents & POLLERR) != 0;
}

} // namespace plug::platform
