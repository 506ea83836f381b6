// The hosted program: from settings to a running engine with its logs and its pid file.
#pragma once

#include "service/options/settings.hpp"

namespace plug {

/// Runs the plugs of `settings`, in the background where they ask for it, until the process is told
/// to stop and the last session has ended. `read_again` gives what a reload goes over to; empty =
/// there is no file to reload. Returns the exit code. Call before any thread exists.
int run_daemon(settings settings, const settings_reader& read_again);

} // namespace plug
