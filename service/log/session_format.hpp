// What the lines of the session file look like.
#pragma once

#include "core/config/parsed.hpp"

#include <cstdint>
#include <string_view>

namespace plug {

enum class session_format : std::uint8_t {
    /// Those of 2.x.
    lines_2x,
    /// One JSON object a line.
    json
};

/// As an option names it: `2.x` or `json`.
[[nodiscard]] std::string_view name_of(session_format named) noexcept;

[[nodiscard]] parsed<session_format> parse_session_format(std::string_view text);

} // namespace plug
