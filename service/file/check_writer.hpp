// A check as the configuration file has it.
#pragma once

#include "core/config/check_config.hpp"

#include <string>

namespace plug {

/// `"http"` where all else is as usual and `whole` does not ask for it, or
/// `{ kind = "http", interval = "2s", ... }`, which says all that means something to its kind.
[[nodiscard]] std::string text_of(const check_config& check, bool whole);

} // namespace plug
