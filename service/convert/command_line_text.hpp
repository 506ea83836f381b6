// Writes what a 2.x command line said down as one of 3.0.
#pragma once

#include "service/options/settings.hpp"

#include <span>
#include <string>

namespace plug {

/// The 3.0 line, beginning with `plug` and quoted for a POSIX shell where that is needed, that
/// gives the settings of a 2.x line, except for their exit codes. Detaching is left to the default.
/// What no 2.x line can say is not written.
[[nodiscard]] std::string line_3_of(const plug::settings& settings);

/// `plug` and `words`, quoted for a POSIX shell where that is needed.
[[nodiscard]] std::string shell_line(std::span<const std::string> words);

} // namespace plug
