#include "service/commands/table.hpp"

#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace plug {

namespace {

constexpr std::array rows{&run_row,  &check_row,   &config_row,  &reload_row, &explain_row,
                          &demo_row, &convert_row, &service_row, &help_row,   &version_row};

} // namespace

std::span<const command_row* const> commands() { return rows; }

const command_row* find_command(std::string_view name) {
    const auto known = std::ranges::find(rows, name, &command_row::name);
    return known == rows.end() ? nullptr : *known;
}

std::string_view nearest_command(std::string_view word) {
    std::vector<std::string_view> names;
    std::ranges::transform(rows, std::back_inserter(names), &command_row::name);
    return nearest_word(word, names);
}

split_words read_words_of(const command_row& row, std::span<const std::string> words) {
    std::vector<option_form> forms;
    std::ranges::transform(row.options, std::back_inserter(forms), &command_option::form);
    forms.insert(forms.end(), {{"help", ""}, {"version", ""}});
    return read_words({words.begin(), words.end()}, forms, option_style::long_names);
}

} // namespace plug
