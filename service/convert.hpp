// Writes settings down as a 3.0 command line.
#pragma once

#include "service/settings.hpp"

#include <string>

namespace plug {

/// The 3.0 line, beginning with `plug` and quoted for a POSIX shell where that is needed, that
/// gives these settings, except for their exit codes. Detaching is left to the default. The
/// settings hold one plug with one listener.
[[nodiscard]] std::string line_3_of(const plug::settings& settings);

} // namespace plug
