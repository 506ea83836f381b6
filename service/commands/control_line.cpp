#include "service/commands/control_line.hpp"

#include "platform/control_channel.hpp"
#include "service/commands/help.hpp"
#include "service/options/argument_splitter.hpp"
#include "service/options/plug_arguments.hpp"

#include <array>
#include <utility>
#include <vector>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<option_form, 5> reload_options{{{"control", "where the plug is asked"},
                                                     {"name", "a service"},
                                                     {"empty", ""},
                                                     {"help", ""},
                                                     {"version", ""}}};

constexpr std::array<option_form, 5> explain_options{{{"control", "where the plug is asked"},
                                                      {"name", "a service"},
                                                      {"json", ""},
                                                      {"help", ""},
                                                      {"version", ""}}};

} // namespace

bool take_place(const given_word& word, std::string& place) {
    if (word.option == "control") {
        place = word.value;
    } else if (word.option == "name") {
        place = platform::default_control_place(word.value);
    }
    return word.option == "control" || word.option == "name";
}

command parse_reload(words_span words) {
    auto read = read_words({words.begin(), words.end()}, reload_options, option_style::long_names);
    reload_command made{platform::default_control_place(default_service_name), false};
    for (const auto& word : read.given) {
        if (word.option == "empty") {
            made.may_be_empty = true;
        } else if (!take_place(word, made.place)) {
            read.problems.push_back({word.value, "is not expected; plug reload takes --control "
                                                 "PLACE and --empty"});
        }
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return made;
}

command parse_explain(words_span words) {
    auto read = read_words({words.begin(), words.end()}, explain_options, option_style::long_names);
    explain_command made{platform::default_control_place(default_service_name), {}, false};
    std::vector<std::string> names;
    for (const auto& word : read.given) {
        if (word.option == "json") {
            made.json = true;
        } else if (!take_place(word, made.place)) {
            names.push_back(word.value);
        }
    }
    if (names.size() != 2) {
        read.problems.push_back(
            {"explain", "takes the name of a plug and the address of a client"});
    } else {
        made.asked.plug = names[0];
        take(parse_address(names[1]), names[1], made.asked.client, read.problems);
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return made;
}

} // namespace plug
