// The mistake that is made most in configuration files: a string without quotation marks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

/// What is to be done about a value without quotation marks, and where it begins.
struct unquoted_value {
    /// Counts from 1, in characters.
    std::size_t column = 1;
    std::string advice;
};

/// The value of `line` that a reader of TOML stumbled over at `column` (from 1, in characters),
/// where quotation marks are what it lacks. Call where the reader has expected a value.
[[nodiscard]] std::optional<unquoted_value> find_unquoted_value(std::string_view line,
                                                                std::size_t column);

} // namespace plug
