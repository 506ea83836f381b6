// Tells what is wrong with a file: where, what, and the line itself with a mark under the place.
#pragma once

#include "service/file/toml_tree.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// A file that was read.
struct source_text {
    /// As it is to be called.
    std::string name;
    std::string text;
};

/// For each of `problems`, but none twice, in the order of the file `name:LINE:COLUMN: what`, the
/// line of `text` that it is about (as much of a long one as helps), and a caret under the column.
/// Free of control characters and secrets.
[[nodiscard]] std::string report_of(std::string_view name, std::string_view text,
                                    std::vector<file_problem> problems);

/// The same for problems of several files, file after file.
[[nodiscard]] std::string report_of(std::span<const source_text> files,
                                    std::vector<file_problem> problems);

/// `name:LINE:COLUMN`, free of control characters.
[[nodiscard]] std::string place_text(std::string_view name, const file_position& at);

} // namespace plug
