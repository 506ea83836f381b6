#include "tests/support/listener.hpp"

#include "tests/support/socket_address.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <array>
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
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
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
        descriptor made(accept4(number(), peer.data(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
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

void listener::drop_new_connections() {
    // Drops a packet with SYN and without ACK; the filter sees the TCP header at offset 0.
    constexpr std::uint16_t flags_offset = 13;
    std::array<sock_filter, 5> code{{
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, flags_offset),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TH_SYN | TH_ACK),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TH_SYN, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
    const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
    if (setsockopt(number(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0)
        fail("SO_ATTACH_FILTER");
}

void listener::take_new_connections() { set_option(socket_, SOL_SOCKET, SO_DETACH_FILTER, 0); }

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
