#include "service/convert_line.hpp"

#include "service/command_line_2x.hpp"
#include "service/convert.hpp"
#include "service/file_report.hpp"
#include "service/file_writer.hpp"
#include "service/foreign_forwards.hpp"
#include "service/help.hpp"
#include "service/long_options.hpp"
#include "service/option_words.hpp"
#include "service/plug_arguments.hpp"
#include "service/text_file.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>
#include <optional>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<option_form, 4> convert_options{
    {{"from", "2.x, 3.0, rinetd or portproxy"},
     {"to", "the form to convert to, file or command-line"},
     {"help", ""},
     {"version", ""}}};

/// What is asked for.
struct conversion {
    std::string from = "2.x";
    std::string to = "file";
    std::optional<std::string> file;
    /// Behind `--`; unset = there is none.
    std::optional<words_span> arguments;
    std::vector<problem> problems;

    [[nodiscard]] bool is_of_file() const { return from == "rinetd" || from == "portproxy"; }
    [[nodiscard]] bool is_of_line() const { return from == "2.x" || from == "3.0"; }
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

void read_option(conversion& asked, const given_word& word) {
    if (word.option == "from") {
        asked.from = word.value;
        if (!is_one_of(word.value, {"2.x", "3.0", "rinetd", "portproxy"})) {
            asked.problems.push_back({"--from " + word.value,
                                      "is no form that plug converts from; write 2.x, 3.0, "
                                      "rinetd or portproxy"});
        }
    } else if (word.option == "to") {
        asked.to = word.value;
        if (!is_one_of(word.value, {"file", "command-line"})) {
            asked.problems.push_back({"--to " + word.value, "is no form that plug converts to; "
                                                            "write file or command-line"});
        }
    } else if (asked.file) {
        asked.problems.push_back({word.value, "is one file too many"});
    } else {
        asked.file = word.value;
    }
}

/// What is to follow `--`, and a line that has it.
std::string advice_on_arguments(const conversion& asked) {
    return asked.from == "3.0" ? "the arguments of the line follow it, as in plug convert --from "
                                 "3.0 -- 443 10.0.0.1 --sticky"
                               : "the 2.x arguments follow it, as in plug convert -- -n 443 "
                                 "10.0.0.1";
}

void check_operands(conversion& asked) {
    auto& problems = asked.problems;
    if (asked.is_of_file()) {
        if (!asked.file) {
            problems.push_back({"FILE", "is missing; name the file, or - for standard input, as in "
                                        "plug convert --from rinetd /etc/rinetd.conf"});
        }
        if (asked.arguments) {
            problems.push_back({"--", "is not expected; " + asked.from + " is read from a file"});
        }
        if (asked.to == "command-line") {
            problems.push_back({"--to command-line", "is a line for one plug; write --to file"});
        }
        return;
    }
    if (asked.file) {
        problems.push_back(
            {*asked.file, "is not expected in front of --; " + advice_on_arguments(asked)});
    }
    if (!asked.arguments) {
        problems.push_back({"--", "is missing; " + advice_on_arguments(asked)});
    }
}

conversion read_conversion(words_span words) {
    const auto dashes = std::find(words.begin(), words.end(), "--");
    auto read = read_words({words.begin(), dashes}, convert_options, option_style::long_names);
    conversion asked;
    asked.problems = std::move(read.problems);
    if (dashes != words.end()) {
        asked.arguments = words_span(dashes + 1, words.end());
    }
    for (const auto& word : read.given) {
        read_option(asked, word);
    }
    if (asked.is_of_file() || asked.is_of_line()) {
        check_operands(asked);
    }
    return asked;
}

/// What is wrong with a line that was read: with its words or, where those are right, as a whole.
std::vector<problem> faults_of(const plug::settings& settings, std::vector<problem> of_words) {
    return of_words.empty() ? validate_values(settings.engine) : std::move(of_words);
}

command convert_2x(conversion asked) {
    const auto line = read_line_2x(*asked.arguments);
    auto& problems = asked.problems;
    problems.insert(problems.end(), line.problems.begin(), line.problems.end());
    for (const auto& word : *asked.arguments) {
        if (word.size() > 2 && word.starts_with("--")) {
            problems.push_back({word, "is no option of the 2.x command line"});
        }
    }
    if (line.version) {
        return print_command{"plug --version\n"};
    }
    if (auto faults = faults_of(line.settings, std::move(problems)); !faults.empty()) {
        return refused(std::move(faults));
    }
    return print_command{asked.to == "file" ? file_of(line.settings)
                                            : line_3_of(line.settings) + "\n"};
}

command convert_3(conversion asked) {
    const auto line = read_line_3(*asked.arguments);
    auto& problems = asked.problems;
    problems.insert(problems.end(), line.problems.begin(), line.problems.end());
    if (line.config) {
        problems.push_back({"--config", "names a file already; plug config FILE prints what that "
                                        "comes to"});
    }
    if (auto faults = faults_of(line.settings, std::move(problems)); !faults.empty()) {
        return refused(std::move(faults));
    }
    return print_command{asked.to == "file" ? file_of(line.settings)
                                            : shell_line(*asked.arguments) + "\n"};
}

command convert_forwards(const conversion& asked) {
    const bool is_input = *asked.file == "-";
    const auto read = is_input
                          ? parsed<std::string>::ok({std::istreambuf_iterator<char>(std::cin), {}})
                          : text_of_file(*asked.file);
    const auto name = is_input ? std::string("standard input") : *asked.file;
    if (!read) {
        return file_error{name + ": " + read.why + "\n", exit_codes{}.configuration};
    }
    auto found = asked.from == "rinetd" ? read_rinetd(*read) : read_portproxy(*read);
    if (found.problems.empty() && found.settings.engine.plugs.empty()) {
        found.problems.push_back({{}, "holds no forward of " + asked.from});
    }
    if (!found.problems.empty()) {
        return file_error{report_of(name, *read, std::move(found.problems)),
                          exit_codes{}.configuration};
    }
    return print_command{file_of(found.settings)};
}

} // namespace

command parse_convert(words_span words) {
    auto asked = read_conversion(words);
    // The words of a line are looked at all the same, to tell everything at once.
    const bool goes_on = asked.is_of_line() ? asked.arguments.has_value() : asked.problems.empty();
    if (!goes_on) {
        return refused(std::move(asked.problems));
    }
    if (asked.is_of_file()) {
        return convert_forwards(asked);
    }
    return asked.from == "3.0" ? convert_3(std::move(asked)) : convert_2x(std::move(asked));
}

} // namespace plug
