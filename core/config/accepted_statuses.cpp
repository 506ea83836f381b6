#include "core/config/accepted_statuses.hpp"

#include "core/config/characters.hpp"

#include <algorithm>

namespace plug {

namespace {

constexpr std::uint16_t lowest = 200;
constexpr std::uint16_t highest = 599;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

parsed<std::uint16_t> parse_status(std::string_view text) {
    const auto status = read_number(text, highest);
    if (!status || *status < lowest) {
        return parsed<std::uint16_t>::bad(quoted(text) + " is not an HTTP status from 200 to 599");
    }
    return parsed<std::uint16_t>::ok(*status);
}

parsed<status_range> parse_range(std::string_view text) {
    const auto hyphen = text.find('-');
    auto first = parse_status(trimmed(text.substr(0, hyphen)));
    if (!first) {
        return parsed<status_range>::bad(std::move(first.why));
    }
    if (hyphen == std::string_view::npos) {
        return parsed<status_range>::ok({*first, *first});
    }
    auto last = parse_status(trimmed(text.substr(hyphen + 1)));
    if (!last) {
        return parsed<status_range>::bad(std::move(last.why));
    }
    if (*last < *first) {
        return parsed<status_range>::bad(quoted(text) + " counts down; write " +
                                         std::to_string(*last) + "-" + std::to_string(*first));
    }
    return parsed<status_range>::ok({*first, *last});
}

/// Sorted, and joined where they touch.
status_ranges joined(status_ranges ranges) {
    std::ranges::sort(ranges, {}, &status_range::first);
    status_ranges made;
    for (const auto& range : ranges) {
        if (!made.empty() && range.first <= made.back().last + 1) {
            made.back().last = std::max(made.back().last, range.last);
        } else {
            made.push_back(range);
        }
    }
    return made;
}

} // namespace

parsed<status_ranges> parse_statuses(std::string_view text) {
    status_ranges ranges;
    for (const auto part : split(text, ',')) {
        const auto written = trimmed(part);
        if (written.empty()) {
            return parsed<status_ranges>::bad(
                quoted(text) + " lacks a status; write statuses and ranges with commas between "
                               "them, such as 200-399,404");
        }
        auto range = parse_range(written);
        if (!range) {
            return parsed<status_ranges>::bad(std::move(range.why));
        }
        ranges.push_back(*range);
    }
    return parsed<status_ranges>::ok(joined(std::move(ranges)));
}

std::string to_text(const status_ranges& ranges) {
    std::string text;
    for (const auto& range : ranges) {
        text += (text.empty() ? "" : ",") + std::to_string(range.first);
        if (range.last != range.first) {
            text += "-" + std::to_string(range.last);
        }
    }
    return text;
}

bool accepts(const status_ranges& ranges, unsigned status) noexcept {
    return std::ranges::any_of(ranges, [status](const status_range& range) {
        return range.first <= status && status <= range.last;
    });
}

} // namespace plug
