#include "core/config/byte_escapes.hpp"

#include "core/config/characters.hpp"

namespace plug {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

unsigned value_of_hex(char digit) {
    if (is_digit(digit)) {
        return static_cast<unsigned>(digit - '0');
    }
    return static_cast<unsigned>((digit | 0x20) - 'a') + 10;
}

/// Reads an escape at the front of `text`, which begins with a backslash, and takes it off.
parsed<char> take_escape(std::string_view& text) {
    constexpr std::string_view letters = "rnt\\";
    constexpr std::string_view meanings = "\r\n\t\\";
    if (const auto at = text.size() < 2 ? std::string_view::npos : letters.find(text[1]);
        at != std::string_view::npos) {
        text.remove_prefix(2);
        return parsed<char>::ok(meanings[at]);
    }
    if (text.size() < 2 || text[1] != 'x') {
        return parsed<char>::bad(quoted(text.substr(0, 2)) +
                                 " is no escape; there are \\r \\n \\t \\xHH, and \\\\ for the "
                                 "backslash itself");
    }
    if (text.size() < 4 || !is_hex_digit(text[2]) || !is_hex_digit(text[3])) {
        return parsed<char>::bad(quoted(text.substr(0, 4)) +
                                 " lacks hexadecimal digits; \\x takes two, such as \\x0d");
    }
    const auto value = value_of_hex(text[2]) * 16 + value_of_hex(text[3]);
    text.remove_prefix(4);
    return parsed<char>::ok(static_cast<char>(value));
}

std::string escaped(char byte) {
    switch (byte) {
    case '\r':
        return "\\r";
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    case '\\':
        return "\\\\";
    default:
        break;
    }
    if (byte >= ' ' && byte < 0x7f) {
        return {byte};
    }
    const auto value = static_cast<unsigned char>(byte);
    return {'\\', 'x', hex_digits[value >> 4U], hex_digits[value & 0x0fU]};
}

} // namespace

parsed<std::string> parse_escapes(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const auto plain = text.substr(0, text.find('\\'));
        bytes += plain;
        text.remove_prefix(plain.size());
        if (text.empty()) {
            break;
        }
        auto byte = take_escape(text);
        if (!byte) {
            return parsed<std::string>::bad(std::move(byte.why));
        }
        bytes += *byte;
    }
    return parsed<std::string>::ok(std::move(bytes));
}

std::string escaped(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const char byte : bytes) {
        text += escaped(byte);
    }
    return text;
}

std::string excerpt(std::string_view bytes, std::size_t most) {
    std::string text = "'";
    for (const char byte : bytes) {
        const auto next = escaped(byte);
        if (text.size() - 1 + next.size() > most) {
            return text + "'...";
        }
        text += next;
    }
    return text + "'";
}

} // namespace plug
