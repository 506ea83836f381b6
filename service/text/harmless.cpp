#include "service/text/harmless.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace plug {

namespace {

/// What begins a text: a character of UTF-8, or a byte that is part of none.
struct character {
    std::size_t size = 1;
    std::uint32_t code = 0;
    bool is_valid = false;
};

/// How many bytes follow the first one; nothing good = 4.
std::size_t bytes_behind(unsigned char first) {
    return first < 0x80U                     ? 0
           : first >= 0xc2U && first < 0xe0U ? 1
           : first >= 0xe0U && first < 0xf0U ? 2
           : first >= 0xf0U && first < 0xf5U ? 3
                                             : 4;
}

character first_of(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto behind = bytes_behind(first);
    if (behind >= text.size() || behind == 4) {
        return {1, first, behind == 0};
    }
    constexpr std::array<std::uint32_t, 4> masks{0x7fU, 0x1fU, 0x0fU, 0x07U};
    constexpr std::array<std::uint32_t, 4> least{0, 0x80U, 0x800U, 0x10000U};
    auto code = first & masks.at(behind);
    for (std::size_t at = 1; at <= behind; ++at) {
        const auto next = static_cast<unsigned char>(text[at]);
        if ((next & 0xc0U) != 0x80U) {
            return {1, first, false};
        }
        code = (code << 6U) | (next & 0x3fU);
    }
    const bool is_surrogate = code >= 0xd800U && code < 0xe000U;
    const bool is_valid = code >= least.at(behind) && code <= 0x10ffffU && !is_surrogate;
    return {is_valid ? behind + 1 : 1, is_valid ? code : first, is_valid};
}

bool is_harmless(const character& one) {
    const auto code = one.code;
    const bool is_control = code < 0x20U || (code >= 0x7fU && code < 0xa0U);
    const bool is_direction = code == 0x061cU || code == 0x200eU || code == 0x200fU ||
                              (code >= 0x2028U && code <= 0x202eU) ||
                              (code >= 0x2066U && code <= 0x2069U);
    return one.is_valid && !is_control && !is_direction;
}

template <typename Writer> std::string rewritten(std::string_view text, const Writer& write_out) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        const auto next = first_of(text);
        if (is_harmless(next)) {
            safe += text.substr(0, next.size);
        } else {
            write_out(safe, text.substr(0, next.size), next.code);
        }
        text.remove_prefix(next.size);
    }
    return safe;
}

std::string hexadecimal(const char* form, unsigned value) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), form, value);
    return text.data();
}

} // namespace

std::string harmless(std::string_view text) {
    return rewritten(text, [](std::string& safe, std::string_view bytes, std::uint32_t) {
        for (const char each : bytes) {
            safe += hexadecimal("\\x%02x", static_cast<unsigned char>(each));
        }
    });
}

std::string harmless_in_columns(std::string_view text) {
    return rewritten(text, [](std::string& safe, std::string_view, std::uint32_t code) {
        safe += code == '\t' ? ' ' : '?';
    });
}

std::string harmless_json(std::string_view text) {
    return rewritten(text, [](std::string& safe, std::string_view, std::uint32_t code) {
        safe += hexadecimal("\\u%04x", code);
    });
}

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string safe;
    safe.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x20 && byte < 0x7f) {
            safe += character;
        } else {
            safe += {'\\', 'x', digits[byte >> 4U], digits[byte & 0x0fU]};
        }
    }
    return safe;
}

} // namespace plug
