#include "service/text/encoding.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace plug {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view mark_of_utf8 = "\xef\xbb\xbf"sv;
constexpr std::string_view mark_of_little_endian = "\xff\xfe"sv;
constexpr std::string_view mark_of_big_endian = "\xfe\xff"sv;

void append_utf8(std::string& text, std::uint32_t point) {
    const auto byte = [&](std::uint32_t bits) { text += static_cast<char>(bits); };
    const auto rest = [&](unsigned shift) { byte(0x80U | ((point >> shift) & 0x3fU)); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0U | (point >> 6U));
        rest(0);
    } else if (point < 0x10000) {
        byte(0xe0U | (point >> 12U));
        rest(6);
        rest(0);
    } else {
        byte(0xf0U | (point >> 18U));
        rest(12);
        rest(6);
        rest(0);
    }
}

/// The units of UTF-16, one after the other.
class utf16_units {
public:
    utf16_units(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

    [[nodiscard]] bool is_empty() const { return bytes_.empty(); }

    /// Nothing where half a unit is left, or none.
    std::optional<std::uint32_t> next() {
        if (bytes_.size() < 2) {
            return std::nullopt;
        }
        const auto first = static_cast<unsigned char>(bytes_[0]);
        const auto second = static_cast<unsigned char>(bytes_[1]);
        bytes_.remove_prefix(2);
        return big_endian_ ? first * 256U + second : second * 256U + first;
    }

private:
    std::string_view bytes_;
    bool big_endian_;
};

bool is_high(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// The next character, of one unit or two; nothing where the text is broken.
std::optional<std::uint32_t> next_character(utf16_units& units) {
    const auto unit = units.next();
    if (!unit || is_low(*unit)) {
        return std::nullopt;
    }
    if (!is_high(*unit)) {
        return unit;
    }
    const auto low = units.next();
    return low && is_low(*low)
               ? std::optional(0x10000U + (*unit - 0xd800U) * 0x400U + (*low - 0xdc00U))
               : std::nullopt;
}

parsed<std::string> text_of_units(utf16_units units) {
    std::string text;
    while (!units.is_empty()) {
        const auto character = next_character(units);
        if (!character) {
            return parsed<std::string>::bad("begins as UTF-16, and is broken further on; save it "
                                            "as UTF-8");
        }
        append_utf8(text, *character);
    }
    return parsed<std::string>::ok(std::move(text));
}

} // namespace

parsed<std::string> utf8_of(std::string bytes) {
    const std::string_view all = bytes;
    if (all.starts_with(mark_of_little_endian) || all.starts_with(mark_of_big_endian)) {
        return text_of_units({all.substr(2), all.starts_with(mark_of_big_endian)});
    }
    if (all.starts_with(mark_of_utf8)) {
        bytes.erase(0, mark_of_utf8.size());
    }
    return parsed<std::string>::ok(std::move(bytes));
}

} // namespace plug
