#include "core/engine/live_check.hpp"
#include "platform/append_file.hpp"
#include "platform/control_channel.hpp"
#include "service/commands/configuration_operand.hpp"
#include "service/commands/running_plug.hpp"
#include "service/commands/table.hpp"
#include "service/control/control.hpp"
#include "service/file/loader.hpp"
#include "service/text/harmless.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace plug {

namespace {

using verdict = finding::verdict;
using words_span = std::span<const std::string>;

constexpr std::array<command_option, 3> options{
    {{{"live", ""}, "also bind, resolve and connect as plug would"}, control_option, name_option}};
constexpr std::array<command_operand, 1> operands{{{word_source::files}}};

/// `plug check --live`: look at what the settings will meet, too.
struct live_check {
    plug::settings settings;
    /// What is reported of the file itself, with the end of the line.
    std::string file;
    /// Where a plug may run that holds its addresses already.
    std::string place;
};

const char* word_for(verdict judged) {
    switch (judged) {
    case verdict::good:
        return "ok     ";
    case verdict::doubtful:
        return "doubt  ";
    case verdict::wrong:
        break;
    }
    return "wrong  ";
}

/// A reload that goes on is waited for.
constexpr std::chrono::seconds patience{70};

/// Room for every port of a few addresses.
constexpr std::size_t most_reply_bytes = std::size_t{8} << 20U;

/// What the plug at `place` holds. Nothing where there is none, as that is no mistake.
running_plug ask_what_is_held(const std::string& place) {
    running_plug running;
    const auto reply =
        platform::ask_control(place, control_request_text("GET", std::string(addresses_path)),
                              patience, most_reply_bytes);
    if (reply.is_forbidden) {
        running.unknown = "whether by the plug at " + place + " is not known: " + reply.error;
        return running;
    }
    if (auto held = read_addresses_reply(reply.bytes); reply.error.empty() && held) {
        running.process = held->process;
        running.addresses = std::move(held.value->addresses);
    }
    return running;
}

void check_file(std::vector<finding>& findings, const char* what,
                const std::optional<std::filesystem::path>& path) {
    if (!path || *path == "-") {
        return;
    }
    const auto error = platform::append_file(*path).would_open();
    const bool is_good = !error || error == boost::system::errc::no_such_device_or_address;
    findings.push_back({is_good ? verdict::good : verdict::wrong,
                        {},
                        what + (" " + path->string()),
                        is_good ? "can be written" : "cannot be opened: " + error.message()});
}

bool is_pid_file_of(const running_plug& running, const std::filesystem::path& path) {
    std::uint64_t number = 0;
    return running.process != 0 && (std::ifstream(path) >> number) && number == running.process;
}

/// As whoever runs the check: what it finds good, the user of the service may still be refused.
void check_files(std::vector<finding>& findings, const settings& settings,
                 const running_plug& running) {
    check_file(findings, "session log", settings.session_log);
    check_file(findings, "log", settings.log_to.file);
    if (settings.pid_file && is_pid_file_of(running, *settings.pid_file)) {
        findings.push_back({verdict::good,
                            {},
                            "pid file " + settings.pid_file->string(),
                            "is held by the plug that runs"});
    } else {
        check_file(findings, "pid file", settings.pid_file);
    }
}

/// Prints a line for each thing that was looked at, to standard output. Returns the exit code: 0,
/// or that of a configuration that cannot be used where something is wrong.
int report_live(const live_check& asked) {
    std::cout << asked.file << std::flush;
    const auto running = ask_what_is_held(asked.place);
    auto findings = check_live(asked.settings.engine, running);
    check_files(findings, asked.settings, running);
    for (const auto& one : findings) {
        std::cout << word_for(one.judged) << (one.plug.empty() ? "" : "plug " + one.plug + ": ")
                  << one.what << ' ' << harmless(one.outcome) << '\n';
    }
    std::cout.flush();
    if (!std::cout.good()) {
        return asked.settings.exits.system;
    }
    const bool wrong =
        std::ranges::any_of(findings, [](const auto& one) { return one.judged == verdict::wrong; });
    return wrong ? asked.settings.exits.configuration : 0;
}

/// `1 plug`, `2 plugs`.
std::string counted(std::size_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string all_right(const std::filesystem::path& path, const configuration_file& file) {
    const auto parts = file.parts == 0 ? "" : " and " + counted(file.parts, "file") + " of conf.d";
    return path.string() + parts + ": " + counted(file.settings.engine.plugs.size(), "plug") +
           ", all right\n";
}

/// Where a plug that runs the file is asked.
std::string place_of(const settings& settings) {
    return settings.control && *settings.control != "-" ? settings.control->string()
                                                        : default_place();
}

/// `place` is of the plug that runs; empty = where the file has it.
command check_file(const std::filesystem::path& path, bool live, const std::string& place) {
    auto file = load_configuration_file(path, empty_line_3(), false);
    if (!file.report.empty()) {
        return file_error{std::move(file.report), exit_codes{}.configuration};
    }
    auto report = all_right(path, file);
    if (!live) {
        return print_command{std::move(report), std::move(file.warnings)};
    }
    auto asked = place.empty() ? place_of(file.settings) : place;
    return task{[check = live_check{std::move(file.settings), file.warnings + report,
                                    std::move(asked)}] { return report_live(check); }};
}

command parse(words_span words) {
    auto read = read_words_of(check_row, words);
    bool live = false;
    std::string place;
    for (const auto& word : read.given) {
        live = live || word.option == "live";
        take_place(word, place);
    }
    auto path = configuration_operand(std::move(read));
    if (auto* error = std::get_if<usage_error>(&path)) {
        return std::move(*error);
    }
    return check_file(std::get<std::filesystem::path>(path), live, place);
}

} // namespace

constinit const command_row check_row{
    "check",
    "[FILE]",
    "print every problem of a configuration file; the exit code is 0 or 78. With --live, also "
    "bind, "
    "resolve and connect as plug would; the ports of the plug that runs count as free",
    options,
    operands,
    parse};

} // namespace plug
