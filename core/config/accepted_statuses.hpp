// The statuses that an HTTP check accepts, as operators write them: "200-399,404".
#pragma once

#include "core/config/parsed.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// Statuses of final answers, from `first` to `last`, 200 to 599.
struct status_range {
    std::uint16_t first = 200;
    std::uint16_t last = 200;

    bool operator==(const status_range&) const = default;
};

/// Ascending and with a gap between each two where they come from parse_statuses(), so that what
/// means the same is equal.
using status_ranges = std::vector<status_range>;

/// Single statuses and ranges, separated by commas; spaces around them are no matter.
parsed<status_ranges> parse_statuses(std::string_view text);

/// As parse_statuses() reads it.
[[nodiscard]] std::string to_text(const status_ranges& ranges);

[[nodiscard]] bool accepts(const status_ranges& ranges, unsigned status) noexcept;

} // namespace plug
