#include "platform/transport/listening_socket.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace plug::platform {

using native_socket = boost::asio::ip::tcp::acceptor::native_handle_type;
using boost::system::error_code;

namespace {

error_code set(native_socket socket, int option) noexcept {
    const int yes = 1;
    if (::setsockopt(socket, SOL_SOCKET, option, &yes, sizeof yes) == 0) {
        return {};
    }
    return {errno, boost::system::system_category()};
}

} // namespace

error_code claim_port(native_socket socket) noexcept { return set(socket, SO_REUSEADDR); }

error_code let_overlap(native_socket socket) noexcept { return set(socket, SO_REUSEPORT); }

int queue_length(int wanted) noexcept { return wanted; }

} // namespace plug::platform
