#include "service/file/key_names.hpp"

#include "core/config/characters.hpp"

#include <algorithm>

namespace plug {

namespace {

bool is_of_option(char c) { return is_letter(c) || c == '-'; }

/// Puts a key in the place of each `--option`; a flag becomes what is to be written.
std::string with_keys(std::string_view text, bool with_values) {
    std::string made;
    for (auto at = text.find("--"); at != std::string_view::npos; at = text.find("--")) {
        const auto from = text.begin() + static_cast<std::ptrdiff_t>(at) + 2;
        const auto name = text.substr(
            at + 2,
            static_cast<std::size_t>(std::find_if_not(from, text.end(), is_of_option) - from));
        const auto* option = find_long_option(name);
        made += text.substr(0, at);
        made += option == nullptr ? "--" + std::string(name) : key_of(name);
        if (option != nullptr && option->form.value.empty() && with_values) {
            made += " = true";
        }
        text.remove_prefix(at + 2 + name.size());
    }
    return made + std::string(text);
}

void replace_first(std::string& text, std::string_view what, std::string_view by) {
    if (const auto at = text.find(what); at != std::string::npos) {
        text.replace(at, what.size(), by);
    }
}

} // namespace

std::string key_of(std::string_view option) {
    std::string key(option);
    std::ranges::replace(key, '-', '_');
    return key;
}

const long_option* find_key(std::string_view key) {
    const auto options = long_options();
    const auto found = std::ranges::find_if(options, [&](const long_option& option) {
        return option.group.scope != option_scope::line &&
               std::ranges::equal(option.form.name, key, {},
                                  [](char letter) { return letter == '-' ? '_' : letter; });
    });
    return found == options.end() ? nullptr : &*found;
}

std::string table_of(option_scope scope) {
    switch (scope) {
    case option_scope::plug:
        return "[plug.NAME]";
    case option_scope::process:
        return "[process]";
    case option_scope::line:
        break;
    }
    return "the file";
}

std::string value_form_of(const long_option& option) {
    const auto text = "a text in quotation marks: " + std::string(option.form.value);
    switch (option.value.form) {
    case value_form::flag:
        return "true or false";
    case value_form::times:
        return "true, false or a number: how often, 0 to 2";
    case value_form::number:
        return "a whole number, without quotation marks";
    case value_form::list:
        return text + ", or a list of such";
    case value_form::duration:
    case value_form::text:
        break;
    }
    return text;
}

std::string in_words_of_file(const problem& told) {
    // What validate() names as an option has no dashes.
    auto where =
        find_long_option(told.where) != nullptr ? key_of(told.where) : with_keys(told.where, false);
    auto what = with_keys(told.what, true);
    replace_first(what, " (3.0)", "");
    replace_first(what, "LISTEN", "listen");
    return where + ": " + what;
}

} // namespace plug
