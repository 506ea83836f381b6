// The values of an enumeration by the names that operators write: one list, read both ways.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

template <typename Enum> struct named_value {
    std::string_view name;
    Enum value;
};

/// Every value once, in the order in which help lists them.
template <typename Enum> using named_values = std::span<const named_value<Enum>>;

/// The name of `value`; empty = `values` does not have it.
template <typename Enum>
[[nodiscard]] constexpr std::string_view name_in(named_values<Enum> values, Enum value) noexcept {
    const auto known = std::ranges::find(values, value, &named_value<Enum>::value);
    return known == values.end() ? std::string_view() : known->name;
}

/// The value of that name; unset = there is none.
template <typename Enum>
[[nodiscard]] constexpr std::optional<Enum> value_in(named_values<Enum> values,
                                                     std::string_view name) noexcept {
    const auto known = std::ranges::find(values, name, &named_value<Enum>::name);
    return known == values.end() ? std::nullopt : std::optional(known->value);
}

/// `a, b or c`.
[[nodiscard]] inline std::string listed(std::span<const std::string_view> words) {
    std::string list;
    for (const auto& word : words) {
        list += &word == &words.front() ? "" : &word == &words.back() ? " or " : ", ";
        list += word;
    }
    return list;
}

template <typename Enum>
[[nodiscard]] std::vector<std::string_view> all_names(named_values<Enum> values) {
    std::vector<std::string_view> names;
    std::ranges::transform(values, std::back_inserter(names), &named_value<Enum>::name);
    return names;
}

/// `a, b or c`.
template <typename Enum> [[nodiscard]] std::string names_in(named_values<Enum> values) {
    return listed(all_names(values));
}

} // namespace plug
