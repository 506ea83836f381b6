// What `plug --help` prints, and what follows the reasons when a line is refused.
#pragma once

#include "service/commands/dispatch.hpp"

#include <string>
#include <vector>

namespace plug {

/// The whole help: examples, commands, options, where to read more. At most 80 columns.
[[nodiscard]] std::string help_text();

/// How a 3.0 line is written.
[[nodiscard]] std::string usage_text_3();

/// A 3.0 line is refused for `problems`, and how one is written.
[[nodiscard]] usage_error refused(std::vector<problem> problems);

/// How a 2.x line is written.
[[nodiscard]] std::string usage_text_2x();

} // namespace plug
