#include "service/commands/reload.hpp"

#include "platform/control_channel.hpp"
#include "service/commands/running_plug.hpp"
#include "service/commands/table.hpp"
#include "service/control/control.hpp"
#include "service/text/harmless.hpp"

#include <array>
#include <iostream>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<command_option, 3> options{
    {{{"empty", ""}, "reload also to a file without a plug, which ends all plugs"},
     control_option,
     name_option}};

/// Names take 5 s at most to resolve, and thousands of ports some time to open.
constexpr std::chrono::seconds patience{60};

void print(const char* start, const std::vector<std::string>& lines, std::ostream& out) {
    for (const auto& line : lines) {
        out << start << harmless(line) << '\n';
    }
}

/// Prints the report and returns the exit code: 78 where the plug goes on with what it had, 77
/// where this user may not reload it.
int print_report(const reload_report& report) {
    if (report.is_refused) {
        print("plug: ", report.problems, std::cerr);
        return exit_codes{}.permission;
    }
    if (!report.done) {
        std::cerr << "plug: reload failed, and nothing has changed\n";
        print("", report.problems, std::cerr);
        return exit_codes{}.configuration;
    }
    print("", report.changes, std::cout);
    print("waits for the next start: ", report.waiting, std::cout);
    std::cout << (report.changes.empty() ? "reloaded: nothing has changed\n" : "reloaded\n");
    return 0;
}

int reload(const reload_request& wanted) {
    const std::string target(wanted.may_be_empty ? reload_to_empty : reload_path);
    int exit_code = 0;
    const auto reply = ask_running_plug(
        {wanted.place, control_request_text("POST", target), patience, platform::most_reply_bytes},
        exit_code);
    return reply ? print_report(read_reload_reply(*reply)) : exit_code;
}

command parse(words_span words) { return task_of(read_reload(words), reload); }

} // namespace

std::variant<reload_request, usage_error> read_reload(words_span words) {
    auto read = read_words_of(reload_row, words);
    reload_request request{default_place(), false};
    for (const auto& word : read.given) {
        if (word.option == "empty") {
            request.may_be_empty = true;
        } else if (!take_place(word, request.place)) {
            read.problems.push_back({word.value, "is not expected; plug reload takes --control "
                                                 "PATH and --empty"});
        }
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return request;
}

constinit const command_row reload_row{
    "reload",
    "",
    "make the plug that runs a file read it again, and print what has changed; a file without a "
    "plug is refused unless --empty is given",
    options,
    {},
    parse};

} // namespace plug
