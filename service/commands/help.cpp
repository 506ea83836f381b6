#include "service/commands/help_json.hpp"
#include "service/commands/help_text.hpp"
#include "service/commands/table.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<command_option, 1> options{
    {{{"json", ""}, "print the tables of all commands and options as JSON"}}};
constexpr std::array<command_operand, 1> operands{{{word_source::commands}}};

command parse_help(words_span words) {
    auto read = read_words_of(help_row, words);
    const command_row* row = nullptr;
    const bool json = std::ranges::count(read.given, "json", &given_word::option) > 0;
    std::erase_if(read.given, [](const auto& word) { return !word.option.empty(); });
    for (const auto& word : read.given) {
        const auto* named = find_command(word.value);
        if (named == nullptr || row != nullptr) {
            const auto meant = named == nullptr ? nearest_command(word.value) : std::string_view();
            read.problems.push_back(
                {word.value, "is not expected; " +
                                 (meant.empty() ? "plug help takes the name of one command"
                                                : "did you mean " + std::string(meant) + "?")});
        }
        row = named;
    }
    if (json && row != nullptr) {
        read.problems.push_back({"--json", "prints all commands; leave the name out"});
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    if (json) {
        return print_command{help_json()};
    }
    return print_command{row == nullptr ? help_text() : help_text_of(*row)};
}

command parse_version(words_span words) {
    if (!words.empty()) {
        return refused({{words.front(), "is not expected; write plug version alone"}});
    }
    return print_command{version_text()};
}

} // namespace

constinit const command_row help_row{
    "help", "[COMMAND]", "print this help, or that of one command", options, operands, parse_help};

constinit const command_row version_row{"version", "", "print program and version",
                                        {},        {}, parse_version};

} // namespace plug
