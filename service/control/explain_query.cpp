#include "service/control/explain_query.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace plug {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

std::string escaped(std::string_view text) {
    std::string made;
    for (const char each : text) {
        if (is_letter(each) || is_digit(each) ||
            std::string_view("-._~").find(each) != std::string_view::npos) {
            made += each;
        } else {
            const auto byte = static_cast<unsigned char>(each);
            made += {'%', hex_digits[byte >> 4U], hex_digits[byte & 0x0fU]};
        }
    }
    return made;
}

std::optional<unsigned> hex_value(char digit) {
    const auto place = hex_digits.find(
        digit >= 'a' && digit <= 'f' ? static_cast<char>(digit - 'a' + 'A') : digit);
    return place == std::string_view::npos ? std::nullopt : std::optional(unsigned(place));
}

/// Nothing where a `%` has no two hexadecimal digits behind it.
std::optional<std::string> unescaped(std::string_view text) {
    std::string made;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            made += text[at];
            continue;
        }
        const auto high = at + 2 < text.size() ? hex_value(text[at + 1]) : std::nullopt;
        const auto low = at + 2 < text.size() ? hex_value(text[at + 2]) : std::nullopt;
        if (!high || !low) {
            return std::nullopt;
        }
        made += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return made;
}

using parsed_query = parsed<explain_query>;

} // namespace

std::string to_text(const explain_query& query) {
    return std::string(explain_path) + "?plug=" + escaped(query.plug) +
           "&client=" + escaped(query.client.to_string());
}

parsed<explain_query> parse_explain_query(std::string_view text) {
    std::optional<std::string> plug;
    std::optional<std::string> client;
    for (const auto part : split(text, '&')) {
        const auto equals = std::min(part.find('='), part.size());
        const auto key = part.substr(0, equals);
        auto& into = key == "plug" ? plug : client;
        if ((key != "plug" && key != "client") || equals == part.size() || into) {
            return parsed_query::bad("plug=NAME&client=ADDRESS is what is understood");
        }
        into = unescaped(part.substr(equals + 1));
        if (!into) {
            return parsed_query::bad("a % has no two hexadecimal digits behind it");
        }
    }
    if (!plug || !client) {
        return parsed_query::bad("plug=NAME&client=ADDRESS is what is understood");
    }
    const auto from = parse_address(*client);
    if (!from) {
        return parsed_query::bad("client: " + from.why);
    }
    return parsed_query::ok({std::move(*plug), *from});
}

} // namespace plug
