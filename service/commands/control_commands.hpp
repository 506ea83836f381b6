// Commands that talk to a plug that runs: `plug reload`, `plug explain`.
#pragma once

#include "service/commands/dispatch.hpp"

namespace plug {

/// Asks the plug to reload, prints what came of it, and returns the exit code: 0, 78 where the plug
/// goes on with what it had, 77 where this user may not, or 69 where no plug answers.
int run_reload_command(const reload_command& wanted);

/// Asks the plug what it would do with a client, prints the answer, and returns the exit code: 0,
/// 64 where there is no such plug, 77 where this user may not ask, 69 where no plug answers, or 71
/// where it says nothing sensible.
int run_explain_command(const explain_command& wanted);

} // namespace plug
