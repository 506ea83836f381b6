// What a service has beside its command line: description, restarts, its security identity.
#pragma once

#include "platform/service_control.hpp"
#include "platform/windows/service_handle.hpp"

namespace plug::platform {

/// Sets all of it for `service`. The text of the reply names what this system does not know (Wine
/// knows little of it).
service_reply set_service_settings(const service_handle& service,
                                   const service_description& wanted);

} // namespace plug::platform
