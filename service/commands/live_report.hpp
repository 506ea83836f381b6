// Carries out `plug check --live`.
#pragma once

#include "service/commands/dispatch.hpp"

namespace plug {

/// Prints a line for each thing that was looked at, to standard output. Gives the exit code: 0, or
/// that of a configuration that cannot be used where something is wrong.
int report_live(const live_check_command& asked);

} // namespace plug
