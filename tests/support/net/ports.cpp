#include "tests/support/net/ports.hpp"

#include "tests/support/net/socket_address.hpp"

#include <netinet/in.h>

#include <mutex>
#include <random>
#include <stdexcept>

namespace plug::test {

namespace {

bool can_bind(const std::string& host, std::uint16_t port) {
    auto address = address_of(host, port);
    const descriptor probe = tcp_socket(address.family());
    allow_lingering_connections(probe);
    if (address.family() == AF_INET6)
        set_option(probe, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return bind(probe.number(), address.data(), address.length) == 0 &&
           listen(probe.number(), 1) == 0;
}

} // namespace

std::uint16_t reserve_port() {
    // Below the range from which the system takes the ports of outgoing connections.
    constexpr unsigned first = 10000;
    constexpr unsigned last = 32000;
    static std::mutex mutex;
    static unsigned next = first + std::random_device{}() % (last - first);
    const std::scoped_lock lock(mutex);
    for (unsigned tries = 0; tries < last - first; ++tries) {
        next = next + 1 < last ? next + 1 : first;
        const auto port = static_cast<std::uint16_t>(next);
        if (can_bind("0.0.0.0", port) && can_bind("::", port) && lock_port(port))
            return port;
    }
    throw std::runtime_error("no free port");
}

std::string join(const std::string& host, std::uint16_t port) {
    const bool bracketed = host.find(':') != std::string::npos;
    return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace plug::test
