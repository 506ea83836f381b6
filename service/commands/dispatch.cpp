#include "service/commands/dispatch.hpp"

#include "core/config/characters.hpp"
#include "platform/host.hpp"
#include "service/commands/help_text.hpp"
#include "service/commands/run.hpp"
#include "service/commands/table.hpp"
#include "service/options/line_2x.hpp"
#include "service/options/plug_arguments.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

bool is_letter_option(const std::string& word) {
    return word.size() >= 2 && word[0] == '-' && is_letter(word[1]);
}

bool is_long_option(const std::string& word) { return word.starts_with("--"); }

problem mixed(const std::string& letters, const std::string& long_form) {
    const auto instead = long_form_of(letters[1]);
    std::string what = "belongs to the 2.x command line and " + long_form +
                       " to that of 3.0; a line is one or the other";
    if (!instead.empty()) {
        what += " (-" + letters.substr(1, 1) + " is now " + std::string(instead) + ")";
    }
    return {letters, std::move(what)};
}

/// The name that a problem of validate() has in a 2.x line.
std::string name_in_2x(const std::string& name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> names{
        {{"sticky-timeout", "-t"}, {"retry", "-r"}, {"via", "-h"}}};
    const auto known = std::find_if(names.begin(), names.end(),
                                    [&](const auto& one) { return one.first == name; });
    return known == names.end() ? name : std::string(known->second);
}

command parse_line_2x(words_span words, bool is_supervised) {
    auto line = read_line_2x(words);
    if (line.version) {
        return print_command{version_text()};
    }
    // Where there is no detaching, every line stays in the foreground and -n asks for nothing.
    line.settings.notices_to_system_log = !line.settings.detach && platform::can_detach();
    line.settings.detach = line.settings.detach && !is_supervised;
    make_paths_absolute(line.settings);
    for (auto& one : problems_of(line.settings)) {
        line.problems.push_back({name_in_2x(one.where), std::move(one.what)});
    }
    if (!line.problems.empty()) {
        return usage_error{std::move(line.problems), usage_text_2x(), exit_codes::of_2x().usage};
    }
    return run_command{std::move(line.settings)};
}

/// Whether `word` stands in `words`, in front of a `--`.
bool has_word(words_span words, std::string_view word) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::find(words.begin(), end, word) != end;
}

/// `result`, and how its line is written where it is refused.
command with_usage(command result, const command_row* row) {
    auto* error = std::get_if<usage_error>(&result);
    if (error != nullptr && error->usage.empty()) {
        error->usage = row == nullptr ? usage_text() : usage_text_of(*row);
    }
    return result;
}

command parse_line_3(words_span words, bool is_supervised) {
    const auto* row = words.empty() ? nullptr : find_command(words.front());
    if (has_word(words, "--help")) {
        return print_command{row == nullptr ? help_text() : help_text_of(*row)};
    }
    if (has_word(words, "--version")) {
        return print_command{version_text()};
    }
    return with_usage(
        row == nullptr ? parse_run(words, !is_supervised) : row->parse(words.subspan(1)), row);
}

} // namespace

std::variant<dialect, problem> dialect_of(words_span words) {
    // Behind `--` stand positionals, or the 2.x arguments of `convert`.
    const auto end = std::find(words.begin(), words.end(), "--");
    const auto letters = std::find_if(words.begin(), end, is_letter_option);
    const bool command_first = !words.empty() && find_command(words.front()) != nullptr;
    const auto sign_of_3 =
        command_first ? words.begin() : std::find_if(words.begin(), words.end(), is_long_option);
    if (letters == end) {
        return dialect::v3;
    }
    if (sign_of_3 != words.end()) {
        return mixed(*letters, *sign_of_3);
    }
    return dialect::v2;
}

command parse_command_line(words_span words, bool is_supervised) {
    const auto spoken = dialect_of(words);
    if (const auto* both = std::get_if<problem>(&spoken)) {
        return with_usage(refused({*both}), nullptr);
    }
    return std::get<dialect>(spoken) == dialect::v2 ? parse_line_2x(words, is_supervised)
                                                    : parse_line_3(words, is_supervised);
}

} // namespace plug
