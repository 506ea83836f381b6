#include "platform/transport/local_choice.hpp"

#include "platform/posix/system_error.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

// Debian 12 has older headers.
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

namespace plug::platform {

namespace {

template <typename Value>
boost::system::error_code set(native_socket socket, int level, int name, Value value) noexcept {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0
               ? boost::system::error_code{}
               : last_error();
}

} // namespace

void choose_port_late(native_socket socket) noexcept {
    (void)set(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1); // from 4.2 on
}

// The options of IPv4 are those of IPv6 sockets too.
boost::system::error_code narrow_ports(native_socket socket, const port_search& search) noexcept {
    const auto [first, last] = search.choice().ports;
    switch (search.choice().what) {
    case port_choice::kind::window:
        return set(socket, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
                   static_cast<std::uint32_t>(last) << 16U | first);
    case port_choice::kind::one: {
        // Ports may be shared among targets, and rest towards others.
        if (const auto refused = set(socket, SOL_SOCKET, SO_REUSEADDR, 1)) {
            return refused;
        }
        const auto local = search.chosen_local();
        const auto size = static_cast<socklen_t>(local.size());
        return ::bind(socket, local.data(), size) == 0 ? boost::system::error_code{} : last_error();
    }
    case port_choice::kind::system:
    case port_choice::kind::none:
        break;
    }
    return {};
}

} // namespace plug::platform
