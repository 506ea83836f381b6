// The command lines of `plug check` and `plug config`, which read a configuration file and run
// nothing, and the file that is meant where none is named.
#pragma once

#include "service/commands/dispatch.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace plug {

/// Reads `words`, a line without the word `check`: `[--live] [FILE]`.
command parse_check(std::span<const std::string> words);

/// Reads `words`, a line without the word `config`: `[FILE]`.
command parse_config(std::span<const std::string> words);

/// The configuration file of this machine; unset = it has none.
[[nodiscard]] std::optional<std::filesystem::path> usual_file();

} // namespace plug
