#include "service/options/values.hpp"

#include "service/text/nearest_word.hpp"

namespace plug::values {

std::string_view word_for_none(const long_option& option) {
    const auto form = option.form.value;
    const auto bar = form.find('|');
    const bool has_one = option.value.form == value_form::duration && bar != std::string_view::npos;
    return has_one ? form.substr(bar + 1) : std::string_view();
}

void refuse(line_3& line, const long_option& option, std::string why) {
    line.problems.push_back({"--" + std::string(option.form.name), std::move(why)});
}

std::string why_no_word(const option_value& value, const std::string& text) {
    const auto words = value.words();
    const auto meant = nearest_word(text, words);
    std::string why(value.complaint);
    if (!meant.empty()) {
        return why + "; did you mean " + std::string(meant) + "?";
    }
    return why.starts_with("is neither") ? why : why + "; write " + listed(words);
}

} // namespace plug::values
