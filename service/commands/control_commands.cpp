#include "service/commands/control_commands.hpp"

#include "platform/control_channel.hpp"
#include "service/control/control.hpp"
#include "service/control/explanation_text.hpp"
#include "service/text/harmless.hpp"

#include <boost/json/parse.hpp>

#include <exception>
#include <iostream>
#include <optional>

namespace plug {

namespace {

/// Names take 5 s at most to resolve, and thousands of ports some time to open.
constexpr std::chrono::seconds reload_patience{60};

/// A reload that goes on is not waited for.
constexpr std::chrono::seconds explain_patience{10};

constexpr int nobody_answers = 69;

/// An explanation has some 300 bytes for each target, and with names and reasons as long as they
/// may be 1,000: room for 60,000 targets in one plug.
constexpr std::size_t most_explanation_bytes = std::size_t{64} << 20U;

void print(const char* start, const std::vector<std::string>& lines, std::ostream& out) {
    for (const auto& line : lines) {
        out << start << harmless(line) << '\n';
    }
}

/// The reply to a request. Where no plug answers `exit_code` is set, and that is told.
std::optional<std::string> ask(const std::string& place, const std::string& request,
                               std::chrono::milliseconds patience, std::size_t most_bytes,
                               int& exit_code) {
    auto reply = platform::ask_control(place, request, patience, most_bytes);
    if (reply.is_forbidden) {
        std::cerr << "plug: the plug at " << place << " may be asked by its user and group and by "
                  << "root alone: " << reply.error << '\n';
        exit_code = exit_codes{}.permission;
        return std::nullopt;
    }
    if (!reply.error.empty()) {
        exit_code = nobody_answers;
        std::cerr << "plug: no plug answers at " << place << ": " << reply.error
                  << "\nIs one running from a file, and as the user that may ask it? --control "
                     "names another place.\n";
        return std::nullopt;
    }
    return std::move(reply.bytes);
}

int print_explanation(const explain_reply& told, bool as_json) {
    try {
        std::cout << (as_json ? told.json + "\n" : explanation_text(boost::json::parse(told.json)))
                  << std::flush;
    } catch (const std::exception&) {
        std::cerr << "plug: the plug that answers is of another version; try --json\n";
        return exit_codes{}.system;
    }
    return std::cout.good() ? 0 : exit_codes{}.system;
}

} // namespace

int run_explain_command(const explain_command& wanted) {
    int exit_code = 0;
    const auto reply = ask(wanted.place, control_request_text("GET", to_text(wanted.asked)),
                           explain_patience, most_explanation_bytes, exit_code);
    if (!reply) {
        return exit_code;
    }
    const auto told = read_explain_reply(*reply);
    if (!told.problem.empty()) {
        std::cerr << "plug: " << harmless(told.problem) << '\n';
        return told.is_unknown ? exit_codes{}.usage : exit_codes{}.system;
    }
    return print_explanation(told, wanted.json);
}

int run_reload_command(const reload_command& wanted) {
    const std::string target(wanted.may_be_empty ? reload_to_empty : reload_path);
    int exit_code = 0;
    const auto reply = ask(wanted.place, control_request_text("POST", target), reload_patience,
                           platform::most_reply_bytes, exit_code);
    if (!reply) {
        return exit_code;
    }
    const auto report = read_reload_reply(*reply);
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

} // namespace plug
