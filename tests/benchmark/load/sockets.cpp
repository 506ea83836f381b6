#include "tests/benchmark/load/sockets.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr int backlog = 4096;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

descriptor make_socket() {
    descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.open()) {
        throw system_failure("making a socket", errno);
    }
    return socket;
}

void set_option(const descriptor& socket, int level, int option) {
    const int on = 1;
    if (::setsockopt(socket.number(), level, option, &on, sizeof on) != 0) {
        throw system_failure("setting a socket option", errno);
    }
}

} // namespace

failure system_failure(const std::string& doing, int error) {
    return failure(doing + ": " + std::strerror(error));
}

void descriptor::close() {
    if (open()) {
        ::close(std::exchange(number_, -1));
    }
}

descriptor listen_on(std::uint16_t port, bool delaying) {
    descriptor socket = make_socket();
    set_option(socket, SOL_SOCKET, SO_REUSEADDR);
    if (!delaying) {
        send_at_once(socket);
    }
    const sockaddr_in address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(socket.number(), generic, sizeof address) != 0) {
        throw system_failure("binding port " + std::to_string(port), errno);
    }
    if (::listen(socket.number(), backlog) != 0) {
        throw system_failure("listening on port " + std::to_string(port), errno);
    }
    return socket;
}

descriptor begin_connect(std::uint16_t port) {
    descriptor socket = make_socket();
    const sockaddr_in address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket.number(), generic, sizeof address) != 0 && errno != EINPROGRESS) {
        throw system_failure("connecting to port " + std::to_string(port), errno);
    }
    return socket;
}

void send_at_once(const descriptor& socket) { set_option(socket, IPPROTO_TCP, TCP_NODELAY); }

int pending_error(const descriptor& socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        return errno;
    }
    return error;
}

void shut_writing(const descriptor& socket) {
    if (::shutdown(socket.number(), SHUT_WR) != 0) {
        throw system_failure("ending the writing side", errno);
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace load
