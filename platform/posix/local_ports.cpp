// Unix in general has no interface for this.
#include "platform/local_ports.hpp"

namespace plug::platform {

std::optional<process_name> listening_process(const boost::asio::ip::tcp::endpoint&) { return {}; }

std::uint32_t ephemeral_ports() { return 0; }

} // namespace plug::platform
