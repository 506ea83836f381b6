#include "tests/support/net/resting_ports.hpp"

#include "tests/support/net/socket_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>
#include <stdexcept>

namespace plug::test {

namespace {

std::uint16_t last_port() {
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    range >> first >> last;
    if (!range)
        throw std::runtime_error("no range of ports is told");
    return last;
}

/// A connection that its client closes at once, from `port` unless that is 0. Gives the port.
std::uint16_t connect_and_close(const quiet_target& target, const std::string& source,
                                std::uint16_t port) {
    auto to = address_of(target.host(), target.port());
    const descriptor client(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto local = address_of(source, port);
    if (port == 0)
        choose_port_late(client);
    else
        allow_lingering_connections(client);
    if (::bind(client.number(), local.data(), local.length) != 0)
        fail("bind");
    if (::connect(client.number(), to.data(), to.length) != 0)
        fail("connect");
    socket_address used;
    if (::getsockname(client.number(), used.data(), &used.length) != 0)
        fail("getsockname");
    return used.port();
}

} // namespace

void set_network_setting(const std::string& name, const std::string& value) {
    std::ofstream file("/proc/sys/" + name);
    if (!(file << value << std::flush))
        throw std::runtime_error("cannot set " + name);
}

quiet_target::quiet_target(const std::string& host)
    : listener_(host), thread_([this] { serve(); }) {}

quiet_target::~quiet_target() {
    stopping_ = true;
    thread_.join();
}

void quiet_target::serve() {
    while (!stopping_) {
        auto client = listener_.accept_within(milliseconds{50});
        if (client)
            (void)client->receive_to_end();
    }
}

std::size_t let_ports_rest(const quiet_target& target, const std::string& source,
                           std::size_t more) {
    const std::uint16_t last = last_port();
    const int first_half = (last + 1) % 2; // ip_local_port_range: the first port's parity is not
                                           // that of the last one
    std::size_t count = 0;
    std::uint16_t port = 0;
    do {
        port = connect_and_close(target, source, 0);
        ++count;
    } while (port % 2 == first_half);
    for (std::size_t number = 0; number < more; ++number) {
        const auto wanted = static_cast<std::uint16_t>(last - 2 * number);
        if (wanted != port) {
            connect_and_close(target, source, wanted);
            ++count;
        }
    }
    return count;
}

} // namespace plug::test
