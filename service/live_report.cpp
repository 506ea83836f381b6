#include "service/live_report.hpp"

#include "core/live_check.hpp"
#include "platform/append_file.hpp"

#include <algorithm>
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

/// As whoever runs the check: what it finds good, the user of the service may still be refused.
void check_files(std::vector<finding>& findings, const settings& settings) {
    check_file(findings, "session log", settings.session_log);
    check_file(findings, "log", settings.log_to.file);
    check_file(findings, "pid file", settings.pid_file);
}

} // namespace

int report_live(const live_check_command& asked) {
    std::cout << asked.file << std::flush;
    auto findings = check_live(asked.settings.engine);
    check_files(findings, asked.settings);
    for (const auto& one : findings) {
        std::cout << word_for(one.judged) << (one.plug.empty() ? "" : "plug " + one.plug + ": ")
                  << one.what << ' ' << one.outcome << '\n';
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
