// The tables of commands and options as JSON: `plug help --json`, from which man pages and
// completions are written.
#pragma once

#include <string>

namespace plug {

/// One line: {"version", "examples", "commands", "options", "words"}.
[[nodiscard]] std::string help_json();

} // namespace plug
