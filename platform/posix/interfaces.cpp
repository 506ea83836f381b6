#include "platform/system_addresses.hpp"

#include <boost/asio/ip/udp.hpp>
#include <cstring>
#include <memory>
#include <optional>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plug::platform {

namespace ip = boost::asio::ip;

namespace {

/// The address that this machine would send from to reach `remote`: a datagram socket that is
/// connected asks the routing table, and nothing is sent.
std::optional<ip::address> source_address_towards(const ip::udp::endpoint& remote) noexcept {
    const int descriptor = ::socket(remote.protocol().family(), SOCK_DGRAM, 0);
    if (descriptor < 0) {
        return std::nullopt;
    }
    std::optional<ip::address> chosen;
    ip::udp::endpoint local;
    auto size = static_cast<socklen_t>(local.capacity());
    if (::connect(descriptor, remote.data(), static_cast<socklen_t>(remote.size())) == 0 &&
        ::getsockname(descriptor, local.data(), &size) == 0) {
        chosen = local.address();
    }
    ::close(descriptor);
    return chosen;
}

std::optional<ip::address> address_in(const sockaddr* given) {
    if (given == nullptr) {
        return std::nullopt;
    }
    ip::udp::endpoint endpoint;
    if (given->sa_family == AF_INET) {
        std::memcpy(endpoint.data(), given, sizeof(sockaddr_in));
    } else if (given->sa_family == AF_INET6) {
        std::memcpy(endpoint.data(), given, sizeof(sockaddr_in6));
    } else {
        return std::nullopt;
    }
    return endpoint.address();
}

} // namespace

/// Asks the routing table.
bool system_has_address(const ip::address& address) noexcept {
    // Any port will do; 9 is "discard".
    const auto chosen = source_address_towards({address, 9});
    return chosen && same_bytes(*chosen, address);
}

std::vector<ip::address> system_addresses_of(const std::string& name) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    std::vector<ip::address> found;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const auto address = address_in(entry->ifa_addr);
        if (address && name == entry->ifa_name && (entry->ifa_flags & IFF_UP) != 0) {
            found.push_back(*address);
        }
    }
    return found;
}

} // namespace plug::platform
