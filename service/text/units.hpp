// Numbers, durations and their units, as operators write them.
#pragma once

#include "core/config/parsed.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace plug {

/// A whole number from `least` to `most`, decimal digits only.
parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most);

/// A whole number and one of the units us, ms, s, m (or min), h, d, up to ten years. A number
/// without a unit is refused, and `likely_unit` is put forward; `step` is the finest that is of
/// use.
parsed<std::chrono::microseconds>
parse_duration(std::string_view text, std::string_view likely_unit, std::chrono::microseconds step);

/// Whole seconds, without a unit, from 1 to ten years, as 2.x has them.
parsed<std::chrono::seconds> parse_plain_seconds(std::string_view text);

/// A part of a whole, in whole percent: `25%` is 0.25; 0% to `most`.
parsed<double> parse_part(std::string_view text, unsigned most = 100);

/// A part as parse_part() reads it.
[[nodiscard]] std::string part_text(double part);

/// A duration as parse_duration() reads it, in the largest unit that holds it exactly.
[[nodiscard]] std::string duration_text(std::chrono::microseconds duration);

} // namespace plug
