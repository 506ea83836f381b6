#include "platform/listening_socket.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace plug::platform {

boost::system::error_code
claim_port(boost::asio::ip::tcp::acceptor::native_handle_type socket) noexcept {
    const int yes = 1;
    if (::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0) {
        return {};
    }
    return {errno, boost::system::system_category()};
}

int queue_length(int wanted) noexcept { return wanted; }

} // namespace plug::platform
