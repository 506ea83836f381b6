// The host below the service manager.
#pragma once

#include "platform/host.hpp"

namespace plug::platform {

/// Whether run_service() is running, so that the service manager is the host.
[[nodiscard]] bool is_service() noexcept;

/// run_hosted() as a service: RUNNING when start() has succeeded, STOP_PENDING while sessions
/// drain.
int run_as_service(const hosted_program& program, const host_options& options);

} // namespace plug::platform
