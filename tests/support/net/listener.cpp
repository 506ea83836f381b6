#include "tests/support/net/listener.hpp"

#include "tests/support/net/socket_address.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <stdexcept>

namespace plug::test {

listener::listener(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(port != 0 ? port : reserve_port()) {
    reopen();
}

void listener::reopen() {
    auto address = address_of(host_, port_);
    descriptor made = tcp_socket(address.family());
    allow_lingering_connections(made);
    if (address.family() == AF_INET6)
        set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (bind(made.number(), address.data(), address.length) != 0)
        fail("bind " + this->address());
    if (listen(made.number(), SOMAXCONN) != 0)
        fail("listen " + this->address());
    socket_ = std::move(made);
}

std::optional<stream> listener::accept_within(milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        socket_address peer;
        descriptor made = next_accepted(socket_, peer);
        if (made) {
            set_option(made, IPPROTO_TCP, TCP_NODELAY, 1);
            return stream(std::move(made), peer.host(), peer.port());
        }
        if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
            fail("accept");
        if (!ready(number(), POLLIN, deadline))
            return std::nullopt;
    }
}

stream listener::accept() {
    auto made = accept_within(patience);
    if (!made)
        throw std::runtime_error("nobody connected to " + address());
    return std::move(*made);
}

void listener::close() {
    // Ends the listening even while another thread waits on the socket, which keeps it from
    // closing.
    shutdown(number(), SHUT_RDWR);
    socket_.close();
}

void listener::settle() {
    drop_new_connections();
    // A handshake that another processor is in the middle of shows up within this time.
    std::this_thread::sleep_for(20ms);
    if (!eventually([this] { return handshaking_sockets(port_) == 0; }))
        throw std::runtime_error("a handshake never ended");
}

} // namespace plug::test
