#include "service/file/unquoted_value.hpp"

#include "core/config/characters.hpp"
#include "service/file/secret_places.hpp"
#include "service/file/tables.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view around_values = " \t\r,[]{}=\"'#";

/// Where the character of that number, from 0, begins.
std::size_t byte_of(std::string_view line, std::size_t character) {
    std::size_t at = 0;
    while (at < line.size() && (character > 0 || !begins_character(line[at]))) {
        character -= begins_character(line[at]) ? 1U : 0U;
        ++at;
    }
    return at;
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(blanks);
    return from == std::string_view::npos
               ? std::string_view()
               : text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// `key = [v6]:port`, which begins as a list does: the part behind the sign.
std::string_view bracketed_address(std::string_view line) {
    const auto sign = line.find('=');
    if (sign == std::string_view::npos) {
        return {};
    }
    const auto value = trimmed(line.substr(sign + 1, line.find('#', sign) - sign - 1));
    const auto close = value.find(']');
    const bool is_address = value.starts_with('[') && close != std::string_view::npos &&
                            parse_address_as_written(value.substr(1, close - 1)) &&
                            value.find_first_of(around_values, close + 1) == std::string_view::npos;
    return is_address ? value : std::string_view();
}

/// The characters around `at` that are neither space nor sign.
std::string_view word_at(std::string_view line, std::size_t at) {
    const auto end = std::min(line.find_first_of(around_values, at), line.size());
    if (end == 0) {
        return {};
    }
    const auto before = line.find_last_of(around_values, end - 1);
    const auto from = before == std::string_view::npos ? 0 : before + 1;
    return line.substr(from, end - from);
}

/// What TOML means to be a number, and does not take as one.
bool looks_like_number(std::string_view word) {
    return word.find_first_not_of("0123456789+-_.eE") == std::string_view::npos &&
           std::ranges::count(word, '.') < 2;
}

/// What other files call true and false.
bool looks_like_flag(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    constexpr std::array<std::string_view, 6> words{"yes", "no", "on", "off", "true", "false"};
    return std::ranges::find(words, lower) != words.end();
}

} // namespace

std::optional<unquoted_value> find_unquoted_value(std::string_view line, std::size_t column) {
    auto word = bracketed_address(line);
    if (word.empty()) {
        word = word_at(line, byte_of(line, column - 1));
    }
    if (word.empty() || looks_like_number(word)) {
        return std::nullopt;
    }
    const auto before = line.substr(0, static_cast<std::size_t>(word.data() - line.data()));
    const auto at = static_cast<std::size_t>(std::ranges::count_if(before, begins_character)) + 1;
    if (looks_like_flag(word)) {
        return unquoted_value{at, "a flag is true or false, in small letters"};
    }
    // A password may stand in front of the sign, and what secrets_in() finds is to be in no report.
    const bool is_secret = word.find('@') != std::string_view::npos || !secrets_in(line).empty();
    return unquoted_value{at, "the value needs quotation marks" +
                                  (is_secret ? "" : ": " + toml_text(word))};
}

} // namespace plug
