#include "service/daemon.hpp"

#include "core/engine.hpp"
#include "platform/host.hpp"
#include "platform/limits.hpp"
#include "platform/pid_file.hpp"
#include "service/log.hpp"
#include "service/settings_changes.hpp"

#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <sstream>
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

/// The lines of a report that say what is wrong; the others show where it stands.
std::vector<std::string> problems_in(const std::string& report) {
    std::vector<std::string> problems;
    std::istringstream lines(report);
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && !line.starts_with(' ')) {
            problems.push_back(line);
        }
    }
    return problems;
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
        draining_ = true;
        engine_->drain();
    }
    void stop_now() { engine_->stop_now(); }

    /// Goes over to what the configuration file says now, or leaves all as it is.
    void reload() {
        reopen_logs();
        if (draining_ || !read_again_) {
            return;
        }
        auto wanted = read_again_();
        if (!wanted) {
            for (const auto& each : problems_in(wanted.why)) {
                log_->publish(reload_failed{each});
            }
        } else if (const auto failure = engine_->reload(wanted->engine)) {
            log_->publish(reload_failed{failure->message});
        } else {
            tell_changes(*wanted.value);
            log_->change(log_options_of(*wanted.value));
            settings_ = *std::move(wanted.value);
        }
    }

    void reopen_logs() { log_->open_session_log(false); }

    /// Ends all that still runs. False = a log hangs and the process should end at once.
    bool close() {
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
        engine_.reset();
        release_pid_file();
    }

    void release_pid_file() noexcept {
        if (pid_file_) {
            pid_file_->release();
        }
    }

    void tell_changes(const settings& wanted) {
        const auto changes = changes_between(settings_, wanted);
        for (const auto& each : changes) {
            log_->publish(configuration_changed{each});
        }
        if (settings_.engine.threads != wanted.engine.threads) {
            log_->publish(change_waits{"[process] threads"});
        }
        if (settings_.engine.spin != wanted.engine.spin) {
            log_->publish(change_waits{"[process] spin"});
        }
        if (settings_.pid_file != wanted.pid_file) {
            log_->publish(change_waits{"[process] pid_file"});
        }
        log_->publish(reloaded{settings_.config_file->string(), changes.size()});
    }

    settings settings_;
    const settings_reader& read_again_;
    bool draining_ = false;
    std::optional<event_log> log_;
    std::optional<platform::pid_file> pid_file_;
    std::optional<engine> engine_;
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
