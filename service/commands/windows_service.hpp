// What `plug service` does.
#pragma once

#include "platform/service_control.hpp"
#include "service/commands/dispatch.hpp"

#include <string>
#include <vector>

namespace plug {

/// Carries out `wanted`, tells what came of it, and returns the exit code: 0 or one of exit_codes;
/// for `status` 0 = it runs, 3 = it has stopped, 4 = there is none.
int run_service_command(const service_command& wanted);

/// The words behind the program with which the service manager is to start the service.
[[nodiscard]] std::vector<std::string> service_words(const service_command& wanted);

/// The exit code for a request that came to nothing.
[[nodiscard]] int exit_code_of(platform::service_reply::kind what);

} // namespace plug
