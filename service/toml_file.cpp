#include "service/toml_file.hpp"

#include "core/config/characters.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

namespace plug {

namespace {

using kind = file_value::kind;

file_position position_of(const toml::source_region& region) {
    return {std::max<std::uint32_t>(1, region.begin.line),
            std::max<std::uint32_t>(1, region.begin.column)};
}

file_value value_of(const toml::node& node);

file_value list_of(const toml::array& array, file_value made) {
    made.what = kind::list;
    for (const auto& each : array) {
        made.parts.push_back(value_of(each));
    }
    return made;
}

/// toml++ sorts by name; the order of the file is what the operator thinks in.
file_value table_of(const toml::table& table, file_value made) {
    made.what = kind::table;
    for (const auto& [key, node] : table) {
        auto& entry = made.parts.emplace_back(value_of(node));
        entry.key = key.str();
        entry.key_at = position_of(key.source());
    }
    std::ranges::sort(made.parts, {}, &file_value::key_at);
    return made;
}

file_value value_of(const toml::node& node) {
    file_value made;
    made.at = position_of(node.source());
    if (const auto* table = node.as_table()) {
        return table_of(*table, std::move(made));
    }
    if (const auto* array = node.as_array()) {
        return list_of(*array, std::move(made));
    }
    if (const auto* text = node.as_string()) {
        made.what = kind::text;
        made.text = text->get();
    } else if (const auto* number = node.as_integer()) {
        made.what = kind::number;
        made.text = std::to_string(number->get());
    } else if (const auto* flag = node.as_boolean()) {
        made.what = kind::flag;
        made.is_true = flag->get();
    }
    return made;
}

/// What helps against the mistakes that are made most.
std::string advice_for(std::string_view description) {
    const auto speaks_of = [&](std::string_view part) {
        return description.find(part) != std::string_view::npos;
    };
    if (speaks_of("escape") || speaks_of("unicode scalar")) {
        return "; between single quotation marks a backslash is itself";
    }
    if (speaks_of("parsing value") || speaks_of("integer: ") || speaks_of("floating-point: ")) {
        return "; a text, and a number with a unit, stand in quotation marks";
    }
    return {};
}

/// `Error while parsing WHAT: WHY` of toml++ as a phrase of ours.
std::string phrase_of(std::string_view description) {
    constexpr std::string_view opening = "Error while parsing ";
    std::string made(description);
    if (made.starts_with(opening)) {
        made.erase(0, opening.size());
    }
    return "syntax: " + made + advice_for(description);
}

/// The most parts that a dotted key may have; toml++ makes a table of each, and goes through nested
/// ones by recursion.
constexpr std::size_t most_parts = 256;

/// Where a key of `line` has too many parts, counted from 0; npos = nowhere. Looks into no text
/// that stands in quotation marks on the line.
std::size_t too_deep(std::string_view line) {
    char quote = 0;
    std::size_t dots = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (quote != 0) {
            at += c == '\\' && quote == '"' ? 1U : 0U;
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=' || c == ',') {
            dots = 0;
        } else if (c == '#') {
            return std::string_view::npos;
        } else if (c == '.' && ++dots >= most_parts) {
            return at;
        }
    }
    return std::string_view::npos;
}

std::optional<file_problem> too_deep_key(std::string_view text) {
    std::uint32_t number = 0;
    for (const auto line : split(text, '\n')) {
        ++number;
        const auto at = too_deep(line);
        if (at != std::string_view::npos) {
            return file_problem{{number, static_cast<std::uint32_t>(at + 1)},
                                "syntax: a key has more than " + std::to_string(most_parts) +
                                    " parts"};
        }
    }
    return std::nullopt;
}

} // namespace

std::variant<file_value, file_problem> parse_toml(std::string_view text) {
    if (auto problem = too_deep_key(text)) {
        return *std::move(problem);
    }
    const auto read = toml::parse(text);
    if (!read) {
        return file_problem{position_of(read.error().source()),
                            phrase_of(read.error().description())};
    }
    return table_of(read.table(), {});
}

} // namespace plug
