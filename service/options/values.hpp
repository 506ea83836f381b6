// The kinds of values that options have. Each is a function that makes an option_value of the path
// to a field, by member pointers from what owns it: duration<&plug_config::queue,
// &queue_config::timeout>("s", queue_config::timeouts).
#pragma once

#include "core/config/bounds.hpp"
#include "core/config/byte_escapes.hpp"
#include "core/config/named_values.hpp"
#include "service/options/option.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/units.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <type_traits>
#include <utility>

namespace plug::values {

template <typename> struct member;
template <typename Owner, typename Field> struct member<Field Owner::*> { using owner = Owner; };

template <typename> struct content;
template <typename Value> struct content {
    using type = Value;
    static constexpr bool is_optional = false;
};
template <typename Value> struct content<std::optional<Value>> {
    using type = Value;
    static constexpr bool is_optional = true;
};

/// The part of a line that options of that owner are about.
template <typename Owner, typename Line> auto& part_of(Line& line) {
    if constexpr (std::is_same_v<Owner, settings>) {
        return line.settings;
    } else if constexpr (std::is_same_v<Owner, plug_config>) {
        return line.settings.engine.plugs.front();
    } else if constexpr (std::is_same_v<Owner, check_config>) {
        return line.check;
    } else {
        return line;
    }
}

/// A field, by the way to it.
template <auto First, auto... Rest> struct field {
    using owner = typename member<decltype(First)>::owner;

    template <typename Owner> static auto& of(Owner& owner) { return ((owner.*First).*....*Rest); }
    static const auto& in(const option_owner& owner_of_it) {
        return of(*std::get<const owner*>(owner_of_it));
    }
    static auto& in(line_3& line) { return of(part_of<owner>(line)); }

    using type = std::remove_cvref_t<decltype(of(std::declval<owner&>()))>;
    using value = typename content<type>::type;
    static constexpr bool is_optional = content<type>::is_optional;

    /// Null = it is unset.
    static const value* get(const option_owner& owner_of_it) {
        const auto& stored = in(owner_of_it);
        if constexpr (is_optional) {
            return stored ? &*stored : nullptr;
        } else {
            return &stored;
        }
    }
    static option_owner owner_in(const line_3& line) {
        const owner& part = part_of<owner>(line);
        return &part;
    }
    static bool equal(const option_owner& one, const option_owner& other) {
        return in(one) == in(other);
    }
    static void reset(line_3& line) { in(line) = of(part_of<owner>(usual_line_3())); }
};

/// The word that stands for no value, such as `never`; empty = there is none.
[[nodiscard]] std::string_view word_for_none(const long_option& option);

void refuse(line_3& line, const long_option& option, std::string why);

/// Gives `into` what was read, or tells why there is nothing.
template <typename Value, typename Into>
void take(line_3& line, const long_option& option, parsed<Value> read, Into& into) {
    plug::take(std::move(read), "--" + std::string(option.form.name), into, line.problems);
}

/// `is no policy; write a, b or c`, or the word that was meant. A complaint `is neither a nor b`
/// says that itself.
[[nodiscard]] std::string why_no_word(const option_value& value, const std::string& text);

/// As the bounds of an option_value have it.
template <typename Value> std::int64_t number_of(const Value& value) {
    if constexpr (std::is_floating_point_v<Value>) {
        return std::isfinite(value) ? std::llround(value * 100) : -1;
    } else if constexpr (std::is_integral_v<Value>) {
        return static_cast<std::int64_t>(value);
    } else {
        return std::chrono::microseconds(value).count();
    }
}

template <typename Field> bool fits(const option_owner& owner, const option_value& value) {
    const auto* stored = Field::get(owner);
    return stored == nullptr ||
           (number_of(*stored) >= value.least && number_of(*stored) <= value.most);
}

template <typename Field, auto Print>
std::vector<std::string> print(const option_owner& owner, const long_option& option) {
    const auto* stored = Field::get(owner);
    auto text =
        stored != nullptr ? std::string(Print(*stored)) : std::string(word_for_none(option));
    return text.empty() ? std::vector<std::string>{} : std::vector{std::move(text)};
}

template <typename Field> void read_flag(line_3& line, const long_option&, const std::string&) {
    Field::in(line) = true;
}

template <typename Field>
std::vector<std::string> print_times(const option_owner& owner, const long_option&) {
    return std::vector<std::string>(static_cast<std::size_t>(Field::in(owner)));
}

template <typename Field> void read_times(line_3& line, const long_option&, const std::string&) {
    Field::in(line) = std::min(Field::in(line) + 1, 2);
}

template <typename Field>
void read_duration(line_3& line, const long_option& option, const std::string& text) {
    using duration = typename Field::value;
    const auto none = word_for_none(option);
    if constexpr (Field::is_optional) {
        if (text == none) {
            Field::in(line).reset();
            return;
        }
    }
    auto read = parse_duration(text, option.value.unit, duration(1));
    if (read) {
        Field::in(line) = std::chrono::duration_cast<duration>(*read);
    } else {
        refuse(line, option,
               read.why + (none.empty() ? "" : ", or write '" + std::string(none) + "'"));
    }
}

template <typename Field>
void read_number(line_3& line, const long_option& option, const std::string& text) {
    auto read = parse_count(text, static_cast<std::uint64_t>(option.value.least),
                            static_cast<std::uint64_t>(option.value.most));
    if (read) {
        Field::in(line) = static_cast<typename Field::value>(*read);
    } else {
        refuse(line, option, std::move(read.why));
    }
}

template <typename Field>
void read_part(line_3& line, const long_option& option, const std::string& text) {
    take(line, option, parse_part(text, static_cast<unsigned>(option.value.most)), Field::in(line));
}

template <const auto& Names, typename Field>
void read_word(line_3& line, const long_option& option, const std::string& text) {
    if (const auto named = value_in<typename Field::value>(Names, text)) {
        Field::in(line) = *named;
    } else {
        refuse(line, option, why_no_word(option.value, text));
    }
}

template <auto Parse, typename Field>
void read_parsed(line_3& line, const long_option& option, const std::string& text) {
    take(line, option, Parse(text), Field::in(line));
}

template <typename Field> constexpr option_value value_at(value_form form) {
    return {form, nullptr, nullptr, Field::equal, Field::reset, Field::owner_in};
}

template <auto... Path> constexpr option_value flag() {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::flag);
    value.read = read_flag<place>;
    value.print = print_times<place>;
    return value;
}

/// A number from 0 to 2: how often the flag was given.
template <auto... Path> constexpr option_value times() {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::times);
    value.read = read_times<place>;
    value.print = print_times<place>;
    return value;
}

/// `unit` = what is put forward where there is none.
template <auto... Path, typename Duration>
constexpr option_value duration(std::string_view unit, bounds<Duration> range) {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::duration);
    value.read = read_duration<place>;
    value.print = print<place, duration_text>;
    value.fits = fits<place>;
    value.least = std::chrono::microseconds(range.least).count();
    value.most = std::chrono::microseconds(range.most).count();
    value.unit = unit;
    return value;
}

template <auto... Path, typename Number> constexpr option_value number(bounds<Number> range) {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::number);
    value.read = read_number<place>;
    value.print = print<place, [](const auto& stored) { return std::to_string(stored); }>;
    value.fits = fits<place>;
    value.least = static_cast<std::int64_t>(range.least);
    value.most = static_cast<std::int64_t>(range.most);
    return value;
}

/// A part of a whole, in percent.
template <auto... Path> constexpr option_value part(bounds<double> range) {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::text);
    value.read = read_part<place>;
    value.print = print<place, part_text>;
    value.fits = fits<place>;
    value.least = static_cast<std::int64_t>(range.least * 100);
    value.most = static_cast<std::int64_t>(range.most * 100);
    return value;
}

/// One of a list of named_value; `complaint` = what is wrong with another word.
template <const auto& Names, auto... Path> constexpr option_value word(std::string_view complaint) {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::text);
    value.read = read_word<Names, place>;
    value.print = print<place, [](const auto& stored) {
        return name_in<std::remove_cvref_t<decltype(stored)>>(Names, stored);
    }>;
    value.words = [] { return all_names<typename place::value>(Names); };
    value.complaint = complaint;
    return value;
}

/// What `Parse` reads and `Print` writes; what is printed as nothing is unset.
template <auto Parse, auto Print, auto... Path> constexpr option_value parsed_by() {
    using place = field<Path...>;
    auto value = value_at<place>(value_form::text);
    value.read = read_parsed<Parse, place>;
    value.print = print<place, Print>;
    return value;
}

/// `value`, which may be one of the words of `Names`.
template <auto Names> constexpr option_value or_word_of(option_value value) {
    value.words = [] { return all_names(Names()); };
    return value;
}

/// `value`, which is a path, or may be one, at `Path` of the settings.
template <auto... Path> constexpr option_value with_path(option_value value) {
    value.path = [](settings& owner) -> std::optional<std::filesystem::path>& {
        return field<Path...>::of(owner);
    };
    value.path_in = [](const settings& owner) -> const std::optional<std::filesystem::path>& {
        return field<Path...>::of(owner);
    };
    return value;
}

/// The path of a file of the process.
template <auto... Path> constexpr option_value path() {
    return with_path<Path...>(
        parsed_by<parse_path, [](const std::filesystem::path& stored) { return stored.string(); },
                  Path...>());
}

/// Any string; empty = unset.
template <auto... Path> constexpr option_value text() {
    return parsed_by<[](const std::string& written) { return parsed<std::string>::ok(written); },
                     [](const std::string& stored) { return stored; }, Path...>();
}

/// Any bytes, with escapes for those that cannot be written; empty = unset.
template <auto... Path> constexpr option_value bytes() {
    return parsed_by<parse_escapes, escaped, Path...>();
}

} // namespace plug::values
