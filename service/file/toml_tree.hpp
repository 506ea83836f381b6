// Reads TOML (1.0) into a tree of values that know where they stand. The library behind it, toml++,
// is seen nowhere else.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace plug {

/// A place in a file; line and column count from 1, columns in characters.
struct file_position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    /// Which one of the files that are read together, from 0.
    std::uint32_t file = 0;

    friend auto operator<=>(const file_position& left, const file_position& right) {
        return std::tie(left.file, left.line, left.column) <=>
               std::tie(right.file, right.line, right.column);
    }
    bool operator==(const file_position&) const = default;
};

/// Something that is wrong at a place in a file: one phrase, as in `problem`.
struct file_problem {
    file_position at;
    std::string what;

    auto operator<=>(const file_problem&) const = default;
};

/// A value, with what is in it.
struct file_value {
    enum class kind { text, number, flag, list, table, other };
    kind what = kind::other;
    file_position at;
    /// A text itself; a whole number in decimal digits; of the other kinds nothing.
    std::string text;
    /// Of a flag.
    bool is_true = false;
    /// The name of an entry of a table, and where it stands.
    std::string key;
    file_position key_at;
    /// The values of a list, or the entries of a table in the order of the file.
    std::vector<file_value> parts;
};

/// The table that `text` is, or the first place where it is no TOML. `file` is the number of the
/// file in every position.
std::variant<file_value, file_problem> parse_toml(std::string_view text, std::uint32_t file = 0);

} // namespace plug
