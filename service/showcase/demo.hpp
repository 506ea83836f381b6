// `plug demo`: one plug and three small HTTP targets in one process, to see what plug does.
#pragma once

#include "service/commands/dispatch.hpp"

namespace plug {

/// Runs the demo until Ctrl-C, or for the time that `options` gives. Returns the exit code: 0; 1
/// when a request of its own got no answer; 69 when the port is in use; 71 or 77 when something
/// else cannot be opened.
int run_demo(const demo_command& options);

} // namespace plug
