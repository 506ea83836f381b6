// The one table of the options that describe a plug and the process around it. The 3.0 command line
// takes them as they are; in the configuration file they are keys.
#pragma once

#include "service/options/option.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// All of them, those of one group together.
[[nodiscard]] std::span<const long_option> long_options();

/// The option of that name; null = there is none.
[[nodiscard]] const long_option* find_long_option(std::string_view name);

/// Gives the value `text`, empty for a flag, to what `option` is about in `line`.
void read_into(line_3& line, const long_option& option, const std::string& text);

/// Whether giving it again adds to what was given before.
[[nodiscard]] inline bool is_repeatable(const long_option& option) {
    return option.value.form == value_form::times || option.value.form == value_form::list;
}

/// Whether its value is, or may be, the path of a file or a folder.
[[nodiscard]] inline bool takes_path(const long_option& option) {
    return option.value.path != nullptr || option.traits.names_file;
}

/// Whether it is more about a check than its kind, such as `check-path`.
[[nodiscard]] inline bool is_detail_of_check(const long_option& option) {
    return option.form.name.starts_with("check-");
}

/// The part of `line` that holds the value of `option`.
[[nodiscard]] option_owner owner_in(const line_3& line, const long_option& option);

/// The words that its value can be; none = it is something else, or anything.
[[nodiscard]] std::vector<std::string_view> words_of(const long_option& option);

/// What it is while it is not given, as the command line has it; empty = it has no value then.
[[nodiscard]] std::string default_of(const long_option& option);

/// What help tells: the kinds of check to which it means something, what it is, and in brackets
/// what holds where it is not given.
[[nodiscard]] std::string help_of(const long_option& option);

/// Whether `owner` has the option that `option` needs, if it needs one.
[[nodiscard]] bool has_what_it_needs(const long_option& option, const option_owner& owner);

/// `means nothing without --sticky; add it`.
[[nodiscard]] std::string why_needless(const long_option& option);

/// What is outside of the bounds of its option.
[[nodiscard]] std::vector<problem> problems_of_ranges(const settings& judged);

} // namespace plug
