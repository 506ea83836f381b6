// A check by a program of the operator's: its command and environment, and the result by its end.
#pragma once

#include "core/health/prober.hpp"
#include "platform/child_process.hpp"

#include <string_view>

namespace plug {

/// The program of a check of kind `command` for the target of `plan`, whose plug is called `plug`:
/// the target stands in its environment as PLUG_TARGET_NAME (as configured, with its port),
/// PLUG_TARGET_ADDRESS (the first address of a name, or the name where it is not resolved here),
/// PLUG_TARGET_PORT, and the plug as PLUG_NAME.
[[nodiscard]] platform::child_program program_of(const probe_plan& plan, std::string_view plug);

/// Exit status 0 passes. If the system is short of something, the result says nothing.
[[nodiscard]] probe_result judged(const check_config& check, const platform::child_end& end);

} // namespace plug
