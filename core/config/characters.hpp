// Small helpers for reading what an operator wrote, one character or number at a time. They do not
// depend on the locale, as those of the standard library do.
#pragma once

#include "core/config/parsed.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether a character of UTF-8 begins with `byte`.
inline bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}
inline bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// A number of decimal digits alone, without a sign, up to `most`; nothing where it is more, or
/// anything else.
template <typename Number> std::optional<Number> read_number(std::string_view text, Number most) {
    Number value = 0;
    if (!all_digits(text)) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > most) {
        return std::nullopt;
    }
    return value;
}

/// `text` in quotation marks, for a message.
inline std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

/// The parts of `text` between the separators; always at least one, which may be empty.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// As parse_address(), but a v4-mapped address stays what it is.
parsed<boost::asio::ip::address> parse_address_as_written(std::string_view text);

} // namespace plug
