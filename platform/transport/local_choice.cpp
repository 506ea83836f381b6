// For the systems that have no such options: all but Linux.
#include "platform/transport/local_choice.hpp"

#include <boost/asio/error.hpp>

namespace plug::platform {

void choose_port_late(native_socket) noexcept {}

boost::system::error_code narrow_ports(native_socket, const port_search& search) noexcept {
    return search.choice().what == port_choice::kind::window
               ? make_error_code(boost::asio::error::no_protocol_option)
               : boost::system::error_code{};
}

} // namespace plug::platform
