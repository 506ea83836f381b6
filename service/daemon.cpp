#include "service/daemon.hpp"

#include "core/engine.hpp"
#include "platform/host.hpp"
#include "platform/limits.hpp"
#include "platform/pid_file.hpp"
#include "service/log.hpp"

#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

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

class daemon {
public:
    explicit daemon(const settings& settings) : settings_(settings) {}

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

    void drain() { engine_->drain(); }
    void stop_now() { engine_->stop_now(); }
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

    const settings& settings_;
    std::optional<event_log> log_;
    std::optional<platform::pid_file> pid_file_;
    std::optional<engine> engine_;
};

} // namespace

int run_daemon(const settings& settings) {
    daemon running(settings);
    platform::hosted_program program;
    program.start = [&](std::function<void(int)> finished) {
        return running.start(std::move(finished));
    };
    program.drain = [&] { running.drain(); };
    program.stop_now = [&] { running.stop_now(); };
    program.reopen_logs = [&] { running.reopen_logs(); };
    const int exit_code = platform::run_hosted(program, {settings.detach, settings.exits.system});
    if (!running.close()) {
        std::_Exit(exit_code);
    }
    return exit_code;
}

} // namespace plug
