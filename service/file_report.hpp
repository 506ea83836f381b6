// Tells what is wrong with a file: where, what, and the line itself with a mark under the place.
#pragma once

#include "service/toml_file.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// For each of `problems`, but none twice, in the order of the file `name:LINE:COLUMN: what`, the
/// line of `text` that it is about (as much of a long one as helps), and a caret under the column.
/// Free of control characters.
[[nodiscard]] std::string report_of(std::string_view name, std::string_view text,
                                    std::vector<file_problem> problems);

} // namespace plug
