// Unix in general has no interface for this.
#include "platform/local_ports.hpp"

namespace plug::platform {

std::optional<process_name> listening_process(const boost::asio::ip::tcp::endpoint&) { return {}; }

std::size_t listening_sockets(const boost::asio::ip::tcp::endpoint&) { return 0; }

ephemeral_ports read_ephemeral_ports() { return {}; }

} // namespace plug::platform
