#include "service/commands/windows_service.hpp"

#include "service/commands/dispatch.hpp"
#include "service/daemon/run_daemon.hpp"
#include "service/file/secrets.hpp"
#include "service/log/event_table.hpp"
#include "service/log/system_output.hpp"
#include "service/text/harmless.hpp"

#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>

namespace plug {

namespace {

using action = service_command::action;
using platform::service_reply;
using platform::service_state;

void complain(const std::string& text) { std::cerr << "plug: " << text << '\n'; }

/// Tells what came of a request, and what it is called when it was done.
int tell(const service_reply& reply, const std::string& name, const char* done) {
    if (!reply.text.empty()) {
        complain(reply.text);
    }
    if (reply.what == service_reply::kind::done) {
        std::cout << name << ": " << done << '\n' << std::flush;
    }
    return exit_code_of(reply.what);
}

platform::service_description description_of(const service_command& wanted) {
    return {wanted.name, wanted.line.empty() ? std::vector<std::string>() : service_words(wanted),
            wanted.start, wanted.account};
}

int start(const std::string& name) {
    const auto reply = platform::start_service(name);
    int exit_code = tell(reply, name, "running");
    platform::service_status status;
    if (reply.what == service_reply::kind::failed &&
        platform::query_service(name, status).what == service_reply::kind::done &&
        status.state == service_state::stopped && status.exit_code != 0) {
        exit_code = status.exit_code; // plug's own says more
    }
    return exit_code;
}

int restart(const std::string& name) {
    const auto stopped = platform::stop_service(name);
    return stopped.what == service_reply::kind::done ? start(name) : tell(stopped, name, "");
}

std::string words_for(const platform::service_status& status) {
    switch (status.state) {
    case service_state::stopped:
        return status.exit_code == 0 ? "stopped"
                                     : "stopped, exit code " + std::to_string(status.exit_code);
    case service_state::starting:
        return "starting";
    case service_state::running:
        return "running, process " + std::to_string(status.process);
    case service_state::stopping:
        return "stopping, process " + std::to_string(status.process);
    case service_state::other:
    case service_state::unknown:
        break;
    }
    return "in no state that plug makes";
}

int show_status(const std::string& name) {
    constexpr int stopped = 3;
    constexpr int unknown = 4;
    platform::service_status status;
    const auto reply = platform::query_service(name, status);
    if (reply.what == service_reply::kind::failed) {
        complain(reply.text);
        return unknown;
    }
    const int exit_code = tell(reply, name, words_for(status).c_str());
    return exit_code == 0 && status.state == service_state::stopped ? stopped : exit_code;
}

std::string text_of(const usage_error& error) {
    std::string text;
    for (const auto& each : error.problems) {
        text += without_credentials(each.where + ": " + each.what) + "\n";
    }
    return text;
}

/// Writes why there is no plug to the event log, where nobody can see standard error.
void log_failed_start(const std::string& name, const std::string& why) {
    auto row = describe(start_failed{});
    std::istringstream lines(why);
    for (std::string line; std::getline(lines, line);) {
        row.text += (row.text.empty() ? "" : "\r\n") + printable(line);
    }
    system_log_lines(name)({row.severity, row.id, row.text});
}

/// What the service does: the process is known to the service manager now.
int run_line(const service_command& wanted) {
    std::string why;
    int exit_code = exit_codes{}.system;
    try {
        if (wanted.folder) {
            std::filesystem::current_path(*wanted.folder);
        }
        auto made = parse_command_line(wanted.line, true);
        if (auto* run = std::get_if<run_command>(&made)) {
            run->settings.detach = false;
            run->settings.service = wanted.name;
            return run_daemon(run->settings, run->read_again);
        }
        why = "this is no plug to run";
        if (const auto* usage = std::get_if<usage_error>(&made)) {
            exit_code = usage->exit_code;
            why = text_of(*usage);
        } else if (const auto* file = std::get_if<file_error>(&made)) {
            exit_code = file->exit_code;
            why = file->report;
        }
    } catch (const std::exception& error) {
        why = error.what();
    }
    log_failed_start(wanted.name, why);
    return exit_code;
}

int run(const service_command& wanted) {
    int exit_code = exit_codes{}.system;
    const auto reply =
        platform::run_service(wanted.name, [&] { return exit_code = run_line(wanted); });
    if (reply.what != service_reply::kind::done) {
        complain(reply.text);
        return exit_code_of(reply.what);
    }
    return exit_code;
}

} // namespace

std::vector<std::string> service_words(const service_command& wanted) {
    std::vector<std::string> words{"service", "run", "--name", wanted.name};
    if (wanted.config) {
        words.insert(words.end(), {"--config", wanted.config->string()});
        return words;
    }
    if (wanted.folder) {
        words.insert(words.end(), {"--folder", wanted.folder->string()});
    }
    words.emplace_back("--");
    words.insert(words.end(), wanted.line.begin(), wanted.line.end());
    return words;
}

int exit_code_of(service_reply::kind what) {
    switch (what) {
    case service_reply::kind::done:
        return 0;
    case service_reply::kind::no_permission:
        return exit_codes{}.permission;
    case service_reply::kind::unsupported:
        return exit_codes{}.usage;
    case service_reply::kind::failed:
        break;
    }
    return exit_codes{}.system;
}

int run_service_command(const service_command& wanted) {
    switch (wanted.what) {
    case action::install:
        return tell(platform::install_service(description_of(wanted)), wanted.name, "installed");
    case action::configure:
        return tell(platform::configure_service(description_of(wanted)), wanted.name, "configured");
    case action::uninstall:
        return tell(platform::uninstall_service(wanted.name), wanted.name, "uninstalled");
    case action::start:
        return start(wanted.name);
    case action::stop:
        return tell(platform::stop_service(wanted.name), wanted.name, "stopped");
    case action::restart:
        return restart(wanted.name);
    case action::status:
        return show_status(wanted.name);
    case action::run:
        break;
    }
    return run(wanted);
}

} // namespace plug
