// Reads a file that an operator wrote.
#pragma once

#include "core/config/parsed.hpp"

#include <filesystem>
#include <string>

namespace plug {

/// The whole text of a file of at most 16 MiB as UTF-8 (text_encoding.hpp), or why it cannot be
/// had.
[[nodiscard]] parsed<std::string> text_of_file(const std::filesystem::path& path);

} // namespace plug
