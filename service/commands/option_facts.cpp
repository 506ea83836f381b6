#include "service/commands/option_facts.hpp"

#include "core/config/characters.hpp"
#include "core/config/check_config.hpp"
#include "service/options/line_2x.hpp"
#include "service/options/plug_arguments.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

constexpr std::array<std::string_view, 7> paths{
    "check-command", "chroot", "config", "control", "log-to", "pid-file", "session-log"};

bool is_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (is_letter(c) && c >= 'a') || is_digit(c) || c == '-' || c == '.';
    });
}

std::vector<std::string_view> words_of(const option_form& form) {
    std::vector<std::string_view> words;
    if (form.name == "policy") {
        for (const auto named : {policy::round_robin, policy::first, policy::least_connections,
                                 policy::random_two, policy::source_hash}) {
            words.push_back(name_of(named));
        }
    } else if (form.name == "check") {
        for (const auto& [name, kind] : check_kinds()) {
            words.push_back(name);
        }
    } else if (form.name == "log-to") {
        words = {"stderr", "syslog", "journal"};
    } else {
        words = split(form.value, '|');
        std::erase_if(words, [](auto word) { return !is_word(word); });
    }
    return words;
}

/// What stands in parentheses at the end of `help`.
std::string_view default_in(std::string_view help) {
    const auto start = help.rfind('(');
    if (!help.ends_with(')') || start == std::string_view::npos) {
        return {};
    }
    const auto inside = help.substr(start + 1, help.size() - start - 2);
    return inside.find(';') == std::string_view::npos ? inside.substr(0, inside.find(':'))
                                                      : std::string_view();
}

char letter_of(std::string_view name) {
    for (char letter = 'A'; letter <= 'z'; ++letter) {
        const auto form = is_letter(letter) ? long_form_of(letter) : std::string_view();
        if (form.starts_with("--") && form.substr(2, form.find(' ') - 2) == name) {
            return letter;
        }
    }
    return 0;
}

} // namespace

option_facts facts_of(const long_option& option) {
    return {words_of(option.form), std::ranges::count(paths, option.form.name) > 0,
            default_in(option.help), letter_of(option.form.name)};
}

} // namespace plug
