// The form of the lines in the session file.
#pragma once

#include "core/config/enum_rows.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace plug {

enum class session_format : std::uint8_t {
    /// The lines of 2.x.
    lines_2x,
    /// One JSON object a line.
    json
};

inline constexpr auto session_formats = std::to_array<named_value<session_format>>(
    {{"2.x", session_format::lines_2x}, {"json", session_format::json}});
static_assert(are_complete(session_formats, session_format::json));

[[nodiscard]] constexpr std::string_view name_of(session_format format) noexcept {
    return row_in(session_formats, format).name;
}

} // namespace plug
