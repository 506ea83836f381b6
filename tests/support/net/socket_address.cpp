#include "tests/support/net/socket_address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace plug::test {

void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

socket_address address_of(const std::string& host, std::uint16_t port) {
    socket_address made;
    auto* four = reinterpret_cast<sockaddr_in*>(&made.storage);
    auto* six = reinterpret_cast<sockaddr_in6*>(&made.storage);
    if (inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        made.length = sizeof *four;
    } else if (inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        made.length = sizeof *six;
    } else {
        throw std::runtime_error("not an address: " + host);
    }
    return made;
}

void set_option(const descriptor& socket, int level, int option, int value) {
    if (setsockopt(socket.number(), level, option, &value, sizeof value) != 0)
        fail("setsockopt");
}

/// Waits for `events`; false at the deadline.
bool ready(int number, short events, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                              deadline - std::chrono::steady_clock::now())
                              .count();
        pollfd waiting{};
        waiting.fd = static_cast<decltype(waiting.fd)>(number);
        waiting.events = events;
        const int count = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            fail("poll");
        if (count == 0 && left <= 0)
            return false;
    }
}

std::string socket_address::host() const {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(reinterpret_cast<const sockaddr*>(&storage), length, text.data(), text.size(),
                    nullptr, 0, NI_NUMERICHOST) != 0)
        throw std::runtime_error("getnameinfo");
    return text.data();
}

std::uint16_t socket_address::port() const {
    // The port stands at the same place in both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

} // namespace plug::test
