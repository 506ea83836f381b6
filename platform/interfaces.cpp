#include "platform/interfaces.hpp"
#include "platform/system_addresses.hpp"

#include <algorithm>

namespace plug::platform {

namespace ip = boost::asio::ip;

namespace {

ip::address without_mapping(const ip::address& given) {
    if (given.is_v6() && given.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, given.to_v6());
    }
    return given;
}

bool is_link_local(const ip::address& address) {
    return address.is_v6() && address.to_v6().is_link_local();
}

} // namespace

bool is_local_address(const ip::address& address) noexcept {
    const ip::address asked = without_mapping(address);
    return asked.is_loopback() || asked.is_unspecified() || system_has_address(asked);
}

std::vector<ip::address> addresses_of_interface(const std::string& name) {
    auto found = system_addresses_of(name);
    std::stable_partition(found.begin(), found.end(),
                          [](const ip::address& each) { return !is_link_local(each); });
    return found;
}

bool same_bytes(const ip::address& left, const ip::address& right) noexcept {
    if (left.is_v4() != right.is_v4()) {
        return false;
    }
    return left.is_v4() ? left.to_v4() == right.to_v4()
                        : left.to_v6().to_bytes() == right.to_v6().to_bytes();
}

} // namespace plug::platform
