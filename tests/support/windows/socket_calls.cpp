#include "tests/support/net/socket_address.hpp"

#include <stdexcept>

namespace plug::test {

namespace {

/// Windows wants to be told that sockets will be used.
void begin_sockets() {
    static const bool begun = [] {
        WSADATA told{};
        return WSAStartup(MAKEWORD(2, 2), &told) == 0;
    }();
    if (!begun)
        throw std::runtime_error("WSAStartup");
}

descriptor made_ready(SOCKET made) {
    if (made == INVALID_SOCKET) {
        set_errno_of_socket();
        return descriptor();
    }
    u_long yes = 1;
    ioctlsocket(made, FIONBIO, &yes);
    SetHandleInformation(reinterpret_cast<HANDLE>(made), HANDLE_FLAG_INHERIT, 0);
    return descriptor(static_cast<int>(made));
}

} // namespace

descriptor tcp_socket(int family) {
    begin_sockets();
    descriptor made = made_ready(::socket(family, SOCK_STREAM, 0));
    if (!made)
        fail("socket");
    return made;
}

descriptor next_accepted(const descriptor& listening, socket_address& peer) {
    return made_ready(::accept(static_cast<SOCKET>(listening.number()), peer.data(), &peer.length));
}

// SO_REUSEADDR would share the port with anybody.
void allow_lingering_connections(const descriptor& socket) {
    set_option(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
}

void choose_port_late(const descriptor&) {}

void close_descriptor(int number) noexcept { ::closesocket(static_cast<SOCKET>(number)); }

} // namespace plug::test
