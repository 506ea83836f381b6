#include "service/commands/live_report.hpp"

#include "core/engine/live_check.hpp"
#include "platform/append_file.hpp"
#include "platform/control_channel.hpp"
#include "service/control/control.hpp"
#include "service/text/harmless.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace plug {

namespace {

using verdict = finding::verdict;

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

} // namespace

int report_live(const live_check_command& asked) {
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

} // namespace plug
