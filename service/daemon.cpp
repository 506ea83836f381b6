#include "service/daemon.hpp"

#include "core/config/characters.hpp"
#include "core/engine.hpp"
#include "platform/control_channel.hpp"
#include "platform/host.hpp"
#include "platform/limits.hpp"
#include "platform/pid_file.hpp"
#include "service/control.hpp"
#include "service/log.hpp"
#include "service/settings_changes.hpp"
#include "service/supervision.hpp"

#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plug {

namespace {

/// Two descriptors for each of a thousand sessions, and some for the process itself.
constexpr std::uint64_t comfortable_sessions = 1000;
constexpr std::uint64_t comfortable_descriptors = 2 * comfortable_sessions + 64;

log_options log_options_of(const settings& settings) {
    log_options options;
    options.debug = settings.debug;
    options.log_connections = settings.log_connections;
    options.session_log = settings.session_log;
    return options;
}

int exit_code_of(start_failure::kind what, const exit_codes& exits) {
    switch (what) {
    case start_failure::kind::address_in_use:
        return exits.address_in_use;
    case start_failure::kind::permission:
        return exits.permission;
    case start_failure::kind::system:
        break;
    }
    return exits.system;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> made;
    for (const auto line : split(text, '\n')) {
        if (!line.empty()) {
            made.emplace_back(line);
        }
    }
    return made;
}

/// What a process cannot change while it runs.
std::vector<std::string> waiting_changes(const settings& before, const settings& after) {
    std::vector<std::string> waiting;
    if (before.engine.threads != after.engine.threads) {
        waiting.emplace_back("[process] threads");
    }
    if (before.engine.spin != after.engine.spin) {
        waiting.emplace_back("[process] spin");
    }
    if (before.pid_file != after.pid_file) {
        waiting.emplace_back("[process] pid_file");
    }
    if (before.control != after.control) {
        waiting.emplace_back("[process] control");
    }
    return waiting;
}

class daemon {
public:
    daemon(settings settings, const settings_reader& read_again)
        : settings_(std::move(settings)), read_again_(read_again) {}

    /// All or nothing: what was opened before a failure is closed again when this returns.
    platform::outcome start(std::function<void(int)> finished) {
        log_.emplace(log_options_of(settings_));
        platform::outcome started;
        try {
            started = open_all();
            if (started.exit_code == 0) {
                run(std::move(finished));
            }
        } catch (const std::exception& error) {
            started = {settings_.exits.system, std::string("cannot start: ") + error.what()};
        }
        if (started.exit_code != 0) {
            give_up(started.message);
        }
        return started;
    }

    void drain() {
        const std::lock_guard lock(mutex_);
        may_reload_ = false;
        supervision_->stops();
        engine_->drain();
    }
    void stop_now() {
        const std::lock_guard lock(mutex_);
        may_reload_ = false;
        engine_->stop_now();
    }

    /// Goes over to what the configuration file says now, or leaves all as it is. Any thread.
    reload_report reload() {
        reopen_logs();
        const std::lock_guard lock(mutex_);
        const bool is_told = may_reload_ && read_again_;
        if (is_told) {
            supervision_->reload_begins();
        }
        reload_report report;
        try {
            report = go_over();
        } catch (const std::exception& error) {
            report.problems = {error.what()};
        }
        if (is_told) {
            supervision_->reload_ended();
        }
        if (read_again_) { // a signal that reopens logs is no reload of a command line
            tell(report);
        }
        return report;
    }

    void reopen_logs() { log_->open_session_log(false); }

    /// Ends all that still runs. False = a log hangs and the process should end at once.
    bool close() {
        control_.reset();
        if (supervision_) {
            supervision_->end();
        }
        engine_.reset();
        release_pid_file();
        return !log_ || log_->close();
    }

private:
    [[nodiscard]] bool in_background() const { return settings_.detach || settings_.service; }

    line_writer log_lines() const {
        return in_background() ? system_log_lines(settings_.service.value_or("plug"))
                               : standard_error_lines();
    }

    platform::outcome open_all() {
        log_->start(log_lines());
        engine_.emplace(settings_.engine, *log_);
        warn_of_few_descriptors();
        if (const auto failure = engine_->open()) {
            return {exit_code_of(failure->what, settings_.exits), failure->message};
        }
        if (settings_.pid_file) {
            std::string why;
            pid_file_ = platform::pid_file::create(*settings_.pid_file, why);
            if (!pid_file_) {
                return {settings_.exits.cannot_create, why};
            }
        }
        if (auto failed = open_control(); failed.exit_code != 0) {
            return failed;
        }
        log_->open_session_log(true);
        if (settings_.engine.plugs.empty() && settings_.config_file) {
            log_->publish(nothing_to_run{settings_.config_file->string()});
        }
        return {};
    }

    void run(std::function<void(int)> finished) {
        // The pid file goes as soon as the listeners are closed, so that a new plug on the same
        // port and file can start while the sessions of this one run out.
        engine_->run([this] { release_pid_file(); }, [done = std::move(finished)] { done(0); });
        const std::lock_guard lock(mutex_);
        supervision_.emplace(*engine_, settings_.config_file
                                           ? "listens nowhere: describe a plug in " +
                                                 settings_.config_file->string()
                                           : std::string("listens nowhere"));
        may_reload_ = true;
    }

    void warn_of_few_descriptors() {
        const std::uint64_t limit = platform::raise_descriptor_limit();
        if (limit != 0 && limit < comfortable_descriptors) {
            log_->publish(few_descriptors{limit, comfortable_descriptors, comfortable_sessions});
        }
    }

    void give_up(const std::string& why) {
        // In the foreground the host prints it; in the background the terminal may be gone.
        if (in_background()) {
            log_->publish(start_failed{why});
        }
        control_.reset();
        engine_.reset();
        release_pid_file();
    }

    void release_pid_file() noexcept {
        if (pid_file_) {
            pid_file_->release();
        }
    }

    reload_report go_over() {
        reload_report report;
        if (!may_reload_ || !read_again_) {
            report.problems.emplace_back(may_reload_ ? "the plug runs from no file"
                                                     : "the plug starts or stops at this moment");
            return report;
        }
        auto wanted = read_again_();
        if (!wanted) {
            report.problems = lines_of(wanted.why);
        } else if (const auto failure = engine_->reload(wanted->engine)) {
            report.problems.push_back(failure->message);
        } else {
            report.done = true;
            report.changes = changes_between(settings_, *wanted.value);
            report.waiting = waiting_changes(settings_, *wanted.value);
            log_->change(log_options_of(*wanted.value));
            settings_ = *std::move(wanted.value);
        }
        return report;
    }

    void tell(const reload_report& report) {
        for (const auto& each : report.problems) {
            if (!each.starts_with(' ')) { // the others show where it stands
                log_->publish(reload_failed{each});
            }
        }
        for (const auto& each : report.changes) {
            log_->publish(configuration_changed{each});
        }
        for (const auto& each : report.waiting) {
            log_->publish(change_waits{each});
        }
        if (report.done) {
            log_->publish(reloaded{settings_.config_file->string(), report.changes.size()});
        }
    }

    /// The control channel. One that was not asked for may be missing.
    platform::outcome open_control() {
        const bool is_asked_for = settings_.control.has_value();
        if (settings_.control == "-" || (!is_asked_for && !settings_.config_file)) {
            return {};
        }
        const auto place =
            is_asked_for
                ? settings_.control->string()
                : platform::default_control_place(settings_.service.value_or(default_service_name));
        std::string why;
        control_ = platform::control_channel::open(
            place, [this] { return make_control_request(actions_); }, why);
        if (control_ == nullptr && is_asked_for) {
            return {settings_.exits.cannot_create, why};
        }
        if (control_ == nullptr) {
            log_->publish(control_unavailable{why});
        }
        return {};
    }

    settings settings_;
    const settings_reader& read_again_;
    const control_actions actions_{[this] { return reload(); }};
    /// Between host and control channel: guards settings_, and the engine while it may reload.
    std::mutex mutex_;
    bool may_reload_ = false;
    std::optional<event_log> log_;
    std::optional<platform::pid_file> pid_file_;
    // The engine's threads may still tell it something.
    std::optional<supervision> supervision_;
    std::optional<engine> engine_;
    std::unique_ptr<platform::control_channel> control_;
};

} // namespace

int run_daemon(settings settings, const settings_reader& read_again) {
    const platform::host_options options{settings.detach, settings.exits.system};
    daemon running(std::move(settings), read_again);
    platform::hosted_program program;
    program.start = [&](std::function<void(int)> finished) {
        return running.start(std::move(finished));
    };
    program.drain = [&] { running.drain(); };
    program.stop_now = [&] { running.stop_now(); };
    program.reload = [&] { running.reload(); };
    program.reopen_logs = [&] { running.reopen_logs(); };
    const int exit_code = platform::run_hosted(program, options);
    if (!running.close()) {
        std::_Exit(exit_code);
    }
    return exit_code;
}

} // namespace plug
