#include "service/control_commands.hpp"

#include "platform/control_channel.hpp"
#include "service/control.hpp"

#include <iostream>

namespace plug {

namespace {

/// Names take 5 s at most to resolve, and thousands of ports some time to open.
constexpr std::chrono::seconds reload_patience{60};

constexpr int nobody_answers = 69;

void print(const char* start, const std::vector<std::string>& lines, std::ostream& out) {
    for (const auto& line : lines) {
        out << start << line << '\n';
    }
}

} // namespace

int run_reload_command(const reload_command& wanted) {
    const auto reply = platform::ask_control(wanted.place, control_request_text("POST", "/reload"),
                                             reload_patience);
    if (!reply.error.empty()) {
        std::cerr << "plug: no plug answers at " << wanted.place << ": " << reply.error
                  << "\nIs one running from a file, and as the user that may ask it? --control "
                     "names another place.\n";
        return nobody_answers;
    }
    const auto report = read_reload_reply(reply.bytes);
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

} // namespace plug
