#include "service/commands/convert.hpp"

#include "platform/replace_file.hpp"
#include "service/commands/table.hpp"
#include "service/convert/command_line_text.hpp"
#include "service/convert/foreign_forwards.hpp"
#include "service/convert/script_2x.hpp"
#include "service/file/report.hpp"
#include "service/file/writer.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"
#include "service/text/encoding.hpp"
#include "service/text/text_file.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <iterator>
#include <optional>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<std::string_view, 4> sources{"2.x", "3.0", "rinetd", "portproxy"};
constexpr std::array<std::string_view, 2> destinations{"file", "command-line"};

constexpr std::array<command_option, 3> options{
    {{{"from", "2.x|3.0|rinetd|portproxy"}, "the form to convert from (2.x)", false, sources},
     {{"to", "file|command-line"}, "the form to convert to (file)", false, destinations},
     {{"append", "FILE"}, "add the plugs to this configuration file", true}}};
constexpr std::array<command_operand, 1> operands{{{word_source::files}}};

/// What is asked for.
struct conversion {
    std::string from = "2.x";
    bool names_from = false;
    std::string to = "file";
    std::optional<std::string> append;
    std::optional<std::string> file;
    /// Behind `--`; unset = there is none.
    std::optional<words_span> arguments;
    std::vector<problem> problems;

    /// A script of 2.x lines is asked for by the word.
    [[nodiscard]] bool is_of_file() const {
        return from == "rinetd" || from == "portproxy" ||
               (from == "2.x" && names_from && file.has_value());
    }
    [[nodiscard]] bool is_of_line() const {
        return (from == "2.x" || from == "3.0") && !is_of_file();
    }
};

void read_option(conversion& asked, const given_word& word) {
    if (word.option == "from") {
        asked.from = word.value;
        asked.names_from = true;
        if (std::ranges::count(sources, word.value) == 0) {
            asked.problems.push_back({"--from " + word.value,
                                      "is no form that plug converts from; write 2.x, 3.0, "
                                      "rinetd or portproxy"});
        }
    } else if (word.option == "to") {
        asked.to = word.value;
        if (std::ranges::count(destinations, word.value) == 0) {
            asked.problems.push_back({"--to " + word.value, "is no form that plug converts to; "
                                                            "write file or command-line"});
        }
    } else if (word.option == "append") {
        asked.append = word.value;
        if (word.value.empty()) {
            asked.problems.push_back({"--append", "is empty; write the path of a file"});
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
    if (asked.append && asked.to == "command-line") {
        problems.push_back({"--append", "adds to a file; leave --to command-line out"});
    }
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
    auto read = read_words_of(convert_row, {words.begin(), dashes});
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

/// What is printed, or goes into the file that is added to.
conversion_result outcome(const conversion& asked, const plug::settings& settings,
                          std::string notes = {}) {
    if (!asked.append) {
        return print_command{file_of(settings), std::move(notes)};
    }
    auto added = append_to_file(*asked.append, settings, asked.from == "2.x");
    if (auto* failure = std::get_if<append_failure>(&added)) {
        return file_error{std::move(failure->report), failure->exit_code};
    }
    auto& write = std::get<write_request>(added);
    write.notes = notes + write.notes;
    return std::move(write);
}

conversion_result convert_2x(conversion asked) {
    const auto line = read_convertible_2x(without_program(*asked.arguments));
    auto& problems = asked.problems;
    problems.insert(problems.end(), line.problems.begin(), line.problems.end());
    if (line.version) {
        return print_command{"plug --version\n"};
    }
    if (!problems.empty()) {
        return refused(std::move(problems));
    }
    return asked.to == "file" ? outcome(asked, line.settings)
                              : print_command{line_3_of(line.settings) + "\n"};
}

conversion_result convert_3(conversion asked) {
    const auto arguments = without_program(*asked.arguments);
    auto line = read_line_3(arguments);
    auto& problems = asked.problems;
    problems.insert(problems.end(), line.problems.begin(), line.problems.end());
    if (line.config) {
        problems.push_back({"--config", "names a file already; plug config FILE prints what that "
                                        "comes to"});
    }
    if (problems.empty()) {
        problems = value_problems_of(line.settings);
    }
    if (!problems.empty()) {
        return refused(std::move(problems));
    }
    return asked.to == "file" ? outcome(asked, line.settings)
                              : print_command{shell_line(arguments) + "\n"};
}

parsed<std::string> text_of_input() {
    return utf8_of({std::istreambuf_iterator<char>(std::cin), {}});
}

read_forwards read_form(const std::string& form, std::string_view text) {
    return form == "2.x"      ? read_script_2x(text)
           : form == "rinetd" ? read_rinetd(text)
                              : read_portproxy(text);
}

conversion_result convert_file(const conversion& asked) {
    const bool is_input = *asked.file == "-";
    const auto text = is_input ? text_of_input() : text_of_file(*asked.file);
    const auto name = is_input ? std::string("standard input") : *asked.file;
    if (!text) {
        return file_error{name + ": " + text.why + "\n", exit_codes{}.configuration};
    }
    auto read = read_form(asked.from, *text);
    if (read.problems.empty() && read.settings.engine.plugs.empty()) {
        read.problems.push_back(
            {{},
             asked.from == "2.x" ? "holds no line of 2.x" : "holds no forward of " + asked.from});
    }
    const bool is_readable = read.problems.empty();
    auto& faults = is_readable ? read.differences : read.problems;
    if (!faults.empty()) {
        return file_error{report_of(name, *text, std::move(faults)),
                          is_readable ? exit_codes{}.conflict : exit_codes{}.configuration};
    }
    return outcome(asked, read.settings, report_of(name, *text, std::move(read.notes)));
}

int write_file(const write_request& write) {
    if (const auto failed = platform::replace_file(write.path, write.text)) {
        std::cerr << "plug: " << write.path.string() << ": cannot be written: " << failed.message()
                  << '\n';
        return exit_codes{}.cannot_create;
    }
    std::cerr << write.notes;
    std::cout << write.report << std::flush;
    return std::cout.good() ? 0 : exit_codes{}.system;
}

command parse(words_span words) { return task_of(read_convert(words), write_file); }

} // namespace

conversion_result read_convert(words_span words) {
    auto asked = read_conversion(words);
    // The words of a line are looked at all the same, to tell everything at once.
    const bool goes_on = asked.is_of_line() ? asked.arguments.has_value() : asked.problems.empty();
    if (!goes_on) {
        return refused(std::move(asked.problems));
    }
    if (asked.is_of_file()) {
        return convert_file(asked);
    }
    return asked.from == "3.0" ? convert_3(std::move(asked)) : convert_2x(std::move(asked));
}

constinit const command_row convert_row{
    "convert",
    "-- ARGUMENT...\nFILE",
    "print a command line as a configuration file, or one of 2.x as one of 3.0, passwords "
    "included. "
    "With --from 2.x, rinetd or portproxy, print a script of 2.x lines, or the forwards of that "
    "program, as a configuration file; FILE of portproxy is the output of netsh interface "
    "portproxy "
    "show all or dump; - is standard input",
    options,
    operands,
    parse};

} // namespace plug
