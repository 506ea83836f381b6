// The first line of an HTTP/1 answer (RFC 9112, 4).
#pragma once

#include <algorithm>
#include <string_view>

namespace plug {

/// The status of `HTTP/1.x NNN[ reason]`, 100 to 999, or 0 where the line is not of that form. The
/// line comes without its end.
inline int status_of(std::string_view line) noexcept {
    const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t length = 12; // of "HTTP/1.1 200"
    if (line.size() < length || !line.starts_with(version) || !is_digit(line[7]) ||
        line[8] != ' ' || (line.size() > length && line[length] != ' ')) {
        return 0;
    }
    const auto digits = line.substr(9, 3);
    if (!std::all_of(digits.begin(), digits.end(), is_digit) || digits[0] == '0') {
        return 0;
    }
    return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
}

} // namespace plug
