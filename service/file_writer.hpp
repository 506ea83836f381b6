// Writes settings down as a configuration file.
#pragma once

#include "service/settings.hpp"

#include <string>
#include <string_view>

namespace plug {

/// The text of a file (plug.toml) that gives the settings, except for their exit codes and for
/// whether to detach. What is as the defaults of 3.0 have it is not written.
[[nodiscard]] std::string file_of(const plug::settings& settings);

/// The same with every key that has a value, usual or not, and with comments for those that have
/// none. `detach` where the settings say so, and `foreground` where that is wanted.
[[nodiscard]] std::string whole_file_of(const plug::settings& settings, bool foreground);

/// A basic string of TOML 1.0, in quotation marks.
[[nodiscard]] std::string toml_text(std::string_view content);

} // namespace plug
