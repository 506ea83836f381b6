// Tables with one row for each value of an enumeration. A row has at least the members `name` and
// `value`; its other columns are all that the program knows of the value.
#pragma once

#include "core/config/named_values.hpp"

#include <array>
#include <cstddef>

namespace plug {

/// Whether `rows` has a row for each value up to `last`, in the order of the enumeration. A table
/// asserts it statically, as row_in() relies on it.
template <typename Row, std::size_t count, typename Enum>
[[nodiscard]] constexpr bool are_complete(const std::array<Row, count>& rows, Enum last) noexcept {
    for (std::size_t index = 0; index < count; ++index) {
        if (rows[index].value != static_cast<Enum>(index) || rows[index].name.empty()) {
            return false;
        }
    }
    return count == static_cast<std::size_t>(last) + 1;
}

/// The row of `value` in a table that is complete.
template <typename Row, std::size_t count, typename Enum>
[[nodiscard]] constexpr const Row& row_in(const std::array<Row, count>& rows, Enum value) noexcept {
    return rows[static_cast<std::size_t>(value)];
}

/// The first two columns of a table, to read names by.
template <typename Row, std::size_t count>
[[nodiscard]] constexpr auto names_of(const std::array<Row, count>& rows) noexcept {
    using named = named_value<decltype(Row::value)>;
    std::array<named, count> names{};
    for (std::size_t index = 0; index < count; ++index) {
        names[index] = named{rows[index].name, rows[index].value};
    }
    return names;
}

} // namespace plug
