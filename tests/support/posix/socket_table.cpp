// What Linux tells of the sockets of a network, and what it lets a test do to them.
#include "tests/support/net/listener.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/net/socket_address.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

namespace plug::test {

namespace {

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

/// A name in the abstract socket space is the lock of a port: it goes away with the process.
bool lock_port(std::uint16_t port) {
    static std::vector<descriptor> locks;
    descriptor lock(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "plug-test-port-" + std::to_string(port);
    std::memcpy(name.sun_path + 1, text.data(), text.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (bind(lock.number(), reinterpret_cast<sockaddr*>(&name), length) != 0)
        return false;
    locks.push_back(std::move(lock));
    return true;
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

boost::test_tools::assertion_result can_tell_keepalive(boost::unit_test::test_unit_id) {
    return true;
}

boost::test_tools::assertion_result can_fall_silent(boost::unit_test::test_unit_id) { return true; }

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

} // namespace plug::test
