#include "tests/support/net/socket_address.hpp"

#include <netinet/in.h>
#include <unistd.h>

namespace plug::test {

descriptor tcp_socket(int family) {
    descriptor made(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made)
        fail("socket");
    return made;
}

descriptor next_accepted(const descriptor& listening, socket_address& peer) {
    return descriptor(
        accept4(listening.number(), peer.data(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void allow_lingering_connections(const descriptor& socket) {
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
}

void choose_port_late(const descriptor& socket) {
    set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
}

void close_descriptor(int number) noexcept { ::close(number); }

} // namespace plug::test
