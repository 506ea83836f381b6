// Here the service manager is the supervisor, and service_host tells it.
#include "platform/supervisor.hpp"

namespace plug::platform {

void tell_supervisor(std::string_view, std::chrono::milliseconds) noexcept {}

void tell_supervisor_of_reload() noexcept {}

std::optional<std::chrono::microseconds> watchdog_interval() noexcept { return std::nullopt; }

} // namespace plug::platform
