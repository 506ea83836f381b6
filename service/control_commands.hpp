// Commands that talk to a plug that runs: `plug reload`.
#pragma once

#include "service/command_line.hpp"

namespace plug {

/// Asks the plug to reload, prints what came of it, and returns the exit code: 0, 78 where the plug
/// goes on with what it had, or 69 where no plug answers.
int run_reload_command(const reload_command& wanted);

} // namespace plug
