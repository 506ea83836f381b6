#include "service/commands/help_json.hpp"

#include "core/config/characters.hpp"
#include "service/commands/help_text.hpp"
#include "service/commands/table.hpp"
#include "service/options/line_2x.hpp"
#include "service/options/table.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace plug {

namespace {

namespace json = boost::json;

template <typename Words> json::array strings(const Words& words) {
    json::array array;
    for (const auto& word : words) {
        array.emplace_back(std::string_view(word));
    }
    return array;
}

std::string_view name_of(word_source source) {
    switch (source) {
    case word_source::files:
        return "files";
    case word_source::words:
        return "words";
    case word_source::plugs:
        return "plugs";
    case word_source::commands:
        return "commands";
    case word_source::nothing:
        break;
    }
    return "nothing";
}

std::string_view name_of(option_scope scope) {
    switch (scope) {
    case option_scope::plug:
        return "plug";
    case option_scope::process:
        return "process";
    case option_scope::line:
        break;
    }
    return "line";
}

json::value to_json(const help_example& example) {
    return {{"sentence", example.sentence}, {"lines", strings(example.lines)}};
}

json::value to_json(const command_option& option) {
    return {{"name", option.form.name},
            {"value", option.form.value},
            {"help", option.help},
            {"path", option.is_path},
            {"words", strings(option.words)}};
}

json::value to_json(const command_row& row) {
    json::array options;
    for (const auto& option : row.options) {
        if (!option.is_hidden) {
            options.push_back(to_json(option));
        }
    }
    json::array operands;
    for (const auto& operand : row.operands) {
        operands.push_back(
            {{"source", name_of(operand.source)}, {"words", strings(operand.words)}});
    }
    return {{"name", row.name},     {"forms", strings(split(row.usage, '\n'))},
            {"help", row.help},     {"usage", strings(usage_lines_of(row))},
            {"operands", operands}, {"options", options}};
}

/// The words that its value can be, and those that stand for no value, such as `never`.
std::vector<std::string_view> words_to_complete(const long_option& option) {
    auto words = words_of(option);
    for (const auto word : split(option.form.value, '|')) {
        const bool is_word =
            std::ranges::all_of(word, is_letter) && !word.empty() && word[0] >= 'a';
        if (is_word && std::ranges::count(words, word) == 0) {
            words.push_back(word);
        }
    }
    return words;
}

/// Its letter in a line of 2.x, or null.
json::value letter_of(std::string_view name) {
    for (char letter = 'A'; letter <= 'z'; ++letter) {
        const auto form = is_letter(letter) ? long_form_of(letter) : std::string_view();
        if (form.starts_with("--") && form.substr(2, form.find(' ') - 2) == name) {
            return json::value(std::string(1, letter));
        }
    }
    return nullptr;
}

json::value to_json(const long_option& option) {
    const auto usual = default_of(option);
    return {{"name", option.form.name},
            {"group", option.group.heading},
            {"scope", name_of(option.group.scope)},
            {"value", option.form.value},
            {"help", help_of(option)},
            {"default", usual.empty() ? json::value(nullptr) : json::value(usual)},
            {"path", takes_path(option)},
            {"words", strings(words_to_complete(option))},
            {"repeatable", is_repeatable(option)},
            {"letter", letter_of(option.form.name)}};
}

/// The names that operators write, by what they are names of.
json::value named_words() {
    const auto words = [](std::string_view option) {
        return strings(words_of(*find_long_option(option)));
    };
    return {{"policies", words("policy")},
            {"check_kinds", words("check")},
            {"session_fates", words("on-down")},
            {"session_formats", words("session-format")}};
}

} // namespace

std::string help_json() {
    json::array examples;
    for (const auto& example : help_examples()) {
        examples.push_back(to_json(example));
    }
    json::array rows;
    for (const auto* row : commands()) {
        rows.push_back(to_json(*row));
    }
    json::array options;
    for (const auto& option : long_options()) {
        options.push_back(to_json(option));
    }
    const json::value whole{{"version", PLUG_VERSION},
                            {"examples", std::move(examples)},
                            {"commands", std::move(rows)},
                            {"options", std::move(options)},
                            {"words", named_words()}};
    return json::serialize(whole) + "\n";
}

} // namespace plug
