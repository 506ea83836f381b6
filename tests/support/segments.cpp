#include "tests/support/segments.hpp"

#include <cerrno>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>

namespace plug::test {

unsigned segments_received(int socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        throw std::system_error(errno, std::generic_category(), "TCP_INFO");
    return info.tcpi_segs_in;
}

} // namespace plug::test
