#include "tests/support/ports.hpp"

#include "tests/support/socket_address.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace plug::test {

namespace {

bool can_bind(const std::string& host, std::uint16_t port) {
    auto address = address_of(host, port);
    const descriptor probe = tcp_socket(address.family());
    set_option(probe, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.family() == AF_INET6)
        set_option(probe, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return bind(probe.number(), address.data(), address.length) == 0 &&
           listen(probe.number(), 1) == 0;
}

/// A name in the abstract socket space is the lock of a port: it goes away with the process.
descriptor lock_port(std::uint16_t port) {
    descriptor lock(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "plug-test-port-" + std::to_string(port);
    std::memcpy(name.sun_path + 1, text.data(), text.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (bind(lock.number(), reinterpret_cast<sockaddr*>(&name), length) != 0)
        lock.close();
    return lock;
}

constexpr const char* state_handshake = "03";
constexpr const char* state_listening = "0A";
constexpr const char* timer_keepalive = "02";

/// A line of /proc/net/tcp: one socket.
struct socket_line {
    std::uint16_t local_port = 0;
    std::uint16_t peer_port = 0;
    std::string state;
    std::string timer;
};

std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(
        std::stoul(address.substr(address.rfind(':') + 1), nullptr, 16));
}

/// Counts the sockets of this thread's network that `wanted` says yes to.
template <typename Predicate> std::size_t count_sockets(Predicate wanted) {
    std::size_t count = 0;
    for (const char* path : {"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"}) {
        std::ifstream table(path);
        std::string text;
        std::getline(table, text);
        while (std::getline(table, text)) {
            std::istringstream words(text);
            std::string slot, local, peer, state, queues, timer;
            words >> slot >> local >> peer >> state >> queues >> timer;
            if (wanted(socket_line{port_of(local), port_of(peer), state, timer.substr(0, 2)}))
                ++count;
        }
    }
    return count;
}

} // namespace

std::uint16_t reserve_port() {
    // Below the range from which the system takes the ports of outgoing connections.
    constexpr unsigned first = 10000;
    constexpr unsigned last = 32000;
    static std::mutex mutex;
    static std::vector<descriptor> locks;
    static unsigned next = first + std::random_device{}() % (last - first);
    const std::scoped_lock lock(mutex);
    for (unsigned tries = 0; tries < last - first; ++tries) {
        next = next + 1 < last ? next + 1 : first;
        const auto port = static_cast<std::uint16_t>(next);
        descriptor taken = lock_port(port);
        if (!taken || !can_bind("0.0.0.0", port) || !can_bind("::", port))
            continue;
        locks.push_back(std::move(taken));
        return port;
    }
    throw std::runtime_error("no free port");
}

std::string join(const std::string& host, std::uint16_t port) {
    const bool bracketed = host.find(':') != std::string::npos;
    return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::size_t listening_sockets(std::uint16_t port) {
    return count_sockets([port](const socket_line& line) {
        return line.local_port == port && line.state == state_listening;
    });
}

std::size_t listening_sockets() {
    return count_sockets([](const socket_line& line) { return line.state == state_listening; });
}

std::size_t handshaking_sockets(std::uint16_t port) {
    return count_sockets([port](const socket_line& line) {
        return line.local_port == port && line.state == state_handshake;
    });
}

bool keepalive_runs(std::uint16_t local_port, std::uint16_t peer_port) {
    return count_sockets([=](const socket_line& line) {
               return line.local_port == local_port && line.peer_port == peer_port &&
                      line.timer == timer_keepalive;
           }) != 0;
}

} // namespace plug::test
