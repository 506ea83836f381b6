#include "service/text/units.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plug {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr microseconds ten_years = std::chrono::hours(24 * 3650);

struct unit {
    std::string_view name;
    microseconds length;
};

/// Longest first; where two are the same, the one that is printed comes first.
constexpr std::array<unit, 7> units{
    {{"d", 24h}, {"h", 1h}, {"min", 1min}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}, {"us", 1us}}};

constexpr std::string_view unit_names = "us, ms, s, min, h or d";

std::string without_unit(std::string_view text, std::string_view likely_unit) {
    return quoted(text) + " has no unit; write " + std::string(text) + std::string(likely_unit) +
           " (the units are " + std::string(unit_names) + ")";
}

parsed<microseconds> bounded(std::string_view text, std::string_view number, microseconds length,
                             microseconds step) {
    const auto most = static_cast<std::uint64_t>(ten_years / length);
    const auto value = read_number(number, most);
    if (!value) {
        return parsed<microseconds>::bad(quoted(text) + " is longer than ten years (3650d)");
    }
    const auto duration = length * static_cast<std::int64_t>(*value);
    if (duration % step != 0us) {
        return parsed<microseconds>::bad(quoted(text) + " is too fine; write a multiple of " +
                                         duration_text(step));
    }
    return parsed<microseconds>::ok(duration);
}

} // namespace

parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
    const auto value = read_number(text, most);
    if (!value || *value < least) {
        return parsed<std::uint64_t>::bad(quoted(text) + " is not a whole number from " +
                                          std::to_string(least) + " to " + std::to_string(most));
    }
    return parsed<std::uint64_t>::ok(*value);
}

parsed<microseconds> parse_duration(std::string_view text, std::string_view likely_unit,
                                    microseconds step) {
    const auto behind = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto number = text.substr(0, static_cast<std::size_t>(behind - text.begin()));
    const auto name = text.substr(number.size());
    if (!number.empty() && name.empty()) {
        return parsed<microseconds>::bad(without_unit(text, likely_unit));
    }
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const unit& known) { return known.name == name; });
    if (number.empty() || found == units.end()) {
        return parsed<microseconds>::bad(quoted(text) + " is not a duration, such as 10" +
                                         std::string(likely_unit) + "; the units are " +
                                         std::string(unit_names));
    }
    return bounded(text, number, found->length, step);
}

parsed<std::chrono::seconds> parse_plain_seconds(std::string_view text) {
    const auto most = static_cast<std::uint64_t>(ten_years / 1s);
    const auto value = read_number(text, most);
    if (!value || *value == 0) {
        return parsed<std::chrono::seconds>::bad(
            quoted(text) + " is not a whole number of seconds from 1 to " + std::to_string(most));
    }
    return parsed<std::chrono::seconds>::ok(
        std::chrono::seconds(static_cast<std::int64_t>(*value)));
}

parsed<double> parse_part(std::string_view text, unsigned most) {
    const bool has_unit = text.ends_with('%');
    const auto number = read_number(has_unit ? text.substr(0, text.size() - 1) : text, most);
    if (!number) {
        return parsed<double>::bad(quoted(text) + " is not a whole percentage from 0% to " +
                                   std::to_string(most) + "%");
    }
    if (!has_unit) {
        return parsed<double>::bad(quoted(text) + " has no unit; write " + std::string(text) + "%");
    }
    return parsed<double>::ok(static_cast<double>(*number) / 100);
}

std::string part_text(double part) { return std::to_string(std::lround(part * 100)) + "%"; }

std::string duration_text(microseconds duration) {
    if (duration == 0us) {
        return "0s";
    }
    const auto fits = std::find_if(units.begin(), units.end(), [&](const unit& known) {
        return duration % known.length == 0us;
    });
    return std::to_string(duration / fits->length) + std::string(fits->name);
}

} // namespace plug
