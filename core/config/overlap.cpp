#include "core/config/overlap.hpp"

#include "platform/interfaces.hpp"

namespace plug {

bool overlap(const listen_address& one, const listen_address& other) noexcept {
    if (!one.passed_name.empty() || !other.passed_name.empty()) {
        return one.passed_name == other.passed_name;
    }
    if (!one.host || !other.host) {
        return true;
    }
    const bool everywhere = one.host->is_unspecified() || other.host->is_unspecified();
    return *one.host == *other.host || (everywhere && one.host->is_v4() == other.host->is_v4());
}

bool leads_back(const listen_address& listen, const address& host, std::uint16_t port) {
    if (port != listen.port || !listen.passed_name.empty()) {
        return false;
    }
    if (!listen.host) {
        return platform::is_local_address(host);
    }
    if (listen.host->is_unspecified()) { // one family alone
        return listen.host->is_v4() == host.is_v4() && platform::is_local_address(host);
    }
    return *listen.host == host;
}

bool is_one_host(const address& host) noexcept {
    const auto plain = unmapped(host);
    return !plain.is_unspecified() && !plain.is_multicast() &&
           (plain.is_v6() || plain.to_v4() != boost::asio::ip::address_v4::broadcast());
}

} // namespace plug
