// How the daemon starts.
#include "platform/limits.hpp"
#include "service/daemon/daemon.hpp"
#include "service/log/output.hpp"
#include "service/log/record_file.hpp"

#include <cstdint>
#include <exception>
#include <utility>

namespace plug {

namespace {

/// Two descriptors for each of a thousand sessions, and some for the process itself.
constexpr std::uint64_t comfortable_sessions = 1000;
constexpr std::uint64_t comfortable_descriptors = 2 * comfortable_sessions + 64;

int exit_code_of(start_failure::kind what, const exit_codes& exits) {
    switch (what) {
    case start_failure::kind::address_in_use:
        return exits.address_in_use;
    case start_failure::kind::permission:
        return exits.permission;
    case start_failure::kind::configuration:
        return exits.configuration;
    case start_failure::kind::system:
        break;
    }
    return exits.system;
}

log_share left_to_system(const settings& settings) {
    if (!settings.notices_to_system_log) {
        return log_share::nothing;
    }
    return settings.debug > 0 ? log_share::copies_of_notices : log_share::notices;
}

} // namespace

platform::outcome daemon::start(std::function<void(int)> finished) {
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

platform::outcome daemon::open_log() {
    log_wish wish{settings_.log_to, settings_.service.value_or("plug"), in_background(),
                  left_to_system(settings_)};
    auto output = open_log_output(wish);
    const auto why = output ? std::string() : output.why;
    if (!output) { // which is told where the log would be otherwise
        wish.destination = {};
        output = open_log_output(wish);
    }
    lines_ = *std::move(output.value);
    return why.empty() ? platform::outcome{}
                       : platform::outcome{settings_.exits.cannot_create, why};
}

void daemon::start_log() {
    if (!lines_) {
        open_log();
    }
    if (!std::exchange(log_runs_, true)) {
        log_->start(std::move(lines_->write), std::move(lines_->reopen));
    }
}

/// No thread exists before the process has become who it is to be.
platform::outcome daemon::open_all() {
    if (auto failed = find_user(); failed.exit_code != 0) {
        return failed;
    }
    if (auto failed = open_log(); failed.exit_code != 0) {
        return failed;
    }
    if (!passed_) {
        return {settings_.exits.configuration, passed_.why};
    }
    engine_.emplace(settings_.engine, *log_, *std::exchange(passed_.value, std::nullopt));
    warn_of_few_descriptors();
    if (const auto failure = engine_->open()) {
        return {exit_code_of(failure->what, settings_.exits), failure->message};
    }
    for (const auto open_next : {&daemon::open_pid_file, &daemon::open_control,
                                 &daemon::become_user, &daemon::open_session_log}) {
        if (auto failed = (this->*open_next)(); failed.exit_code != 0) {
            return failed;
        }
    }
    start_log();
    log_->open_files(true);
    if (settings_.engine.plugs.empty() && settings_.config_file) {
        log_->publish(nothing_to_run{settings_.config_file->string()});
    }
    return {};
}

platform::outcome daemon::open_pid_file() {
    std::string why;
    if (settings_.pid_file) {
        pid_file_ = platform::pid_file::create(*settings_.pid_file, why, user_);
    }
    return settings_.pid_file && !pid_file_ ? platform::outcome{settings_.exits.cannot_create, why}
                                            : platform::outcome{};
}

std::string daemon::control_place() const {
    return settings_.control
               ? settings_.control->string()
               : platform::default_control_place(settings_.service.value_or(default_service_name));
}

/// The control channel. One that was not asked for may be missing.
platform::outcome daemon::open_control() {
    const bool is_asked_for = settings_.control.has_value();
    if (settings_.control == "-" || (!is_asked_for && !settings_.config_file)) {
        return {};
    }
    platform::control_failure failure;
    // The folder of the usual place may be that of the service's user.
    failure.why = is_asked_for ? platform::why_untrusted(control_place(), user_) : std::string();
    if (failure.why.empty()) {
        control_ = platform::control_channel::open(
            control_place(),
            [this](const platform::control_peer& peer) {
                return make_control_request(actions_, peer);
            },
            failure);
    } else {
        failure.why.insert(0, "control channel " + control_place() + ": ");
    }
    if (control_ == nullptr && is_asked_for) {
        return {settings_.exits.cannot_create, failure.why};
    }
    if (control_ == nullptr) {
        log_->publish(control_unavailable{failure.why, failure.is_taken});
    }
    return {};
}

/// As whom the process has become: its log thread opens the file no differently.
platform::outcome daemon::open_session_log() {
    auto why = why_no_session_log(settings_.session_log);
    return why.empty() ? platform::outcome{}
                       : platform::outcome{settings_.exits.cannot_create, std::move(why)};
}

void daemon::warn_of_few_descriptors() {
    const std::uint64_t limit = platform::raise_descriptor_limit();
    if (limit != 0 && limit < comfortable_descriptors) {
        log_->publish(few_descriptors{limit, comfortable_descriptors, comfortable_sessions});
    }
}

void daemon::run(std::function<void(int)> finished) {
    // Pid file and control channel go as soon as the listeners are closed, so that a new plug on
    // the same port, file and channel can start while the sessions of this one run out.
    engine_->run([this] { give_up_places(); }, [done = std::move(finished)] { done(0); },
                 platform::stop_is_waiting);
    const std::lock_guard lock(mutex_);
    supervision_.emplace(*engine_, settings_.config_file ? "listens nowhere: describe a plug in " +
                                                               settings_.config_file->string()
                                                         : std::string("listens nowhere"));
    may_reload_ = true;
    if (control_) {
        control_->serve();
    }
}

void daemon::give_up(const std::string& why) {
    start_log(); // what it had to say before is not lost
    // In the foreground the host prints it; in the background the terminal may be gone.
    if (in_background()) {
        log_->publish(start_failed{why});
    }
    control_.reset();
    engine_.reset();
    release_pid_file();
}

} // namespace plug
