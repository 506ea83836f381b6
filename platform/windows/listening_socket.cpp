#include "platform/transport/listening_socket.hpp"

#include <winsock2.h>

namespace plug::platform {

boost::system::error_code
claim_port(boost::asio::ip::tcp::acceptor::native_handle_type socket) noexcept {
    const int yes = 1;
    if (::setsockopt(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&yes),
                     sizeof yes) == 0) {
        return {};
    }
    return {::WSAGetLastError(), boost::system::system_category()};
}

boost::system::error_code let_overlap(boost::asio::ip::tcp::acceptor::native_handle_type) noexcept {
    return {};
}

/// SOMAXCONN_HINT(): a plain number above 200 counts as 200.
int queue_length(int wanted) noexcept { return -wanted; }

} // namespace plug::platform
