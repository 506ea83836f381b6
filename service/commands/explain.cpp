#include "service/commands/explain.hpp"

#include "service/commands/running_plug.hpp"
#include "service/commands/table.hpp"
#include "service/control/control.hpp"
#include "service/control/explanation_text.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/harmless.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <utility>
#include <vector>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<command_option, 4> options{
    {{{"json", ""}, "print the answer as JSON"},
     {{"list", ""}, "print the names of the plugs, or with PLUG alone its targets, a line each"},
     control_option,
     name_option}};
constexpr std::array<command_operand, 2> operands{{{word_source::plugs}, {}}};

/// A reload that goes on is not waited for.
constexpr std::chrono::seconds patience{10};

/// An explanation has some 300 bytes for each target, and with names and reasons as long as they
/// may be 1,000: room for 60,000 targets in one plug.
constexpr std::size_t most_explanation_bytes = std::size_t{64} << 20U;

int print_explanation(const explain_reply& reply, bool as_json) {
    try {
        std::cout << (as_json ? reply.json + "\n"
                              : explanation_text(boost::json::parse(reply.json)))
                  << std::flush;
    } catch (const std::exception&) {
        std::cerr << "plug: the plug that answers is of another version; try --json\n";
        return exit_codes{}.system;
    }
    return std::cout.good() ? 0 : exit_codes{}.system;
}

/// Returns the exit code: 0, 64 where there is no such plug, 77 where this user may not ask, 69
/// where no plug answers, or 71 where the answer cannot be understood.
int explain(const explain_request& wanted) {
    int exit_code = 0;
    const auto bytes =
        ask_running_plug({wanted.place, control_request_text("GET", to_text(wanted.asked)),
                          patience, most_explanation_bytes},
                         exit_code);
    if (!bytes) {
        return exit_code;
    }
    const auto reply = read_explain_reply(*bytes);
    if (!reply.problem.empty()) {
        std::cerr << "plug: " << harmless(reply.problem) << '\n';
        return reply.is_unknown ? exit_codes{}.usage : exit_codes{}.system;
    }
    return print_explanation(reply, wanted.json);
}

/// The names of the targets in an explanation.
std::vector<std::string> targets_in(const std::string& explanation) {
    std::vector<std::string> names;
    const auto value = boost::json::parse(explanation);
    for (const auto& target : value.at("targets").as_array()) {
        names.emplace_back(target.at("target").as_string());
    }
    return names;
}

/// The names that `bytes`, the reply, holds. `is_unknown` = there is no such plug.
parsed<std::vector<std::string>> read_names(const std::string& bytes, bool of_targets,
                                            bool& is_unknown) {
    using names = parsed<std::vector<std::string>>;
    if (!of_targets) {
        return read_plugs_reply(bytes);
    }
    const auto reply = read_explain_reply(bytes);
    if (!reply.problem.empty()) {
        is_unknown = reply.is_unknown;
        return names::bad(reply.problem);
    }
    try {
        return names::ok(targets_in(reply.json));
    } catch (const std::exception&) {
        return names::bad("the plug that answers is of another version");
    }
}

/// As explain(), but for `--list`. Completions wait for it.
int list(const explain_request& wanted) {
    constexpr std::chrono::seconds short_patience{2};
    const bool of_targets = !wanted.asked.plug.empty();
    const auto target = of_targets ? to_text(wanted.asked) : std::string(plugs_path);
    int exit_code = 0;
    const auto bytes = ask_running_plug(
        {wanted.place, control_request_text("GET", target), short_patience, most_explanation_bytes},
        exit_code);
    if (!bytes) {
        return exit_code;
    }
    bool is_unknown = false;
    const auto names = read_names(*bytes, of_targets, is_unknown);
    if (!names) {
        std::cerr << "plug: " << harmless(names.why) << '\n';
        return is_unknown ? exit_codes{}.usage : exit_codes{}.system;
    }
    for (const auto& name : *names) {
        std::cout << harmless(name) << '\n';
    }
    return std::cout.flush().good() ? 0 : exit_codes{}.system;
}

int answer(const explain_request& wanted) { return wanted.list ? list(wanted) : explain(wanted); }

command parse(words_span words) { return task_of(read_explain(words), answer); }

} // namespace

std::variant<explain_request, usage_error> read_explain(words_span words) {
    auto read = read_words_of(explain_row, words);
    explain_request request{default_place(), {}, false};
    std::vector<std::string> names;
    for (const auto& word : read.given) {
        if (word.option == "json") {
            request.json = true;
        } else if (word.option == "list") {
            request.list = true;
        } else if (!take_place(word, request.place)) {
            names.push_back(word.value);
        }
    }
    if (request.list && request.json) {
        read.problems.push_back({"--json", "means nothing beside --list, which prints names"});
    }
    if (request.list) {
        request.asked.plug = names.empty() ? "" : names.front();
        if (names.size() > 1) {
            read.problems.push_back({names[1], "is not expected; --list takes PLUG alone"});
        }
    } else if (names.size() != 2) {
        read.problems.push_back(
            {"explain", "takes the name of a plug and the address of a client"});
    } else {
        request.asked.plug = names[0];
        take(parse_address(names[1]), names[1], request.asked.client, read.problems);
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return request;
}

constinit const command_row explain_row{
    "explain",
    "PLUG CLIENT",
    "print what the plug that runs would do with that client, and why: the rule, affinity, every "
    "target with its health, and the pick",
    options,
    operands,
    parse};

} // namespace plug
