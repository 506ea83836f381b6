#include "service/daemon/run_daemon.hpp"

#include "service/daemon/daemon.hpp"

#include <cstdlib>
#include <utility>

namespace plug {

log_options log_options_of(const settings& settings) {
    log_options options;
    options.debug = settings.debug;
    options.log_connections = settings.log_connections;
    options.session_log = settings.session_log;
    options.session_format = settings.session_format;
    return options;
}

daemon::daemon(settings settings, const settings_reader& read_again,
               parsed<platform::passed_sockets> passed)
    : settings_(std::move(settings)), read_again_(read_again), passed_(std::move(passed)) {}

void daemon::drain() {
    may_reload_ = false;
    engine_->stop_waiting(); // so that a reload that goes on ends soon
    const std::lock_guard lock(mutex_);
    supervision_->stops();
    engine_->drain();
}

void daemon::stop_now() {
    may_reload_ = false;
    engine_->stop_waiting();
    const std::lock_guard lock(mutex_);
    engine_->stop_now();
}

bool daemon::close() {
    reloads_.stop(); // its clients are those of the control channel
    control_.reset();
    if (supervision_) {
        supervision_->end();
    }
    engine_.reset();
    release_pid_file();
    return !log_ || log_->close();
}

/// On a worker's thread, where nothing may wait for a reload, which waits for workers. The pid file
/// comes last: it is what a script waits for.
void daemon::give_up_places() noexcept {
    if (control_) {
        control_->give_up();
    }
    release_pid_file();
}

void daemon::release_pid_file() noexcept {
    if (pid_file_) {
        pid_file_->release();
    }
}

namespace {

parsed<platform::passed_sockets> take_passed_sockets() {
    std::string why;
    auto taken = platform::take_passed_sockets(why);
    return why.empty() ? parsed<platform::passed_sockets>::ok(std::move(taken))
                       : parsed<platform::passed_sockets>::bad(std::move(why));
}

} // namespace

int run_daemon(settings settings, const settings_reader& read_again) {
    const platform::host_options options{settings.detach, settings.exits.system};
    daemon running(std::move(settings), read_again, take_passed_sockets());
    platform::hosted_program program;
    program.start = [&](std::function<void(int)> finished) {
        return running.start(std::move(finished));
    };
    program.drain = [&] { running.drain(); };
    program.stop_now = [&] { running.stop_now(); };
    program.reload = [&] { running.reload_soon(); };
    program.reopen_logs = [&] { running.reopen_logs(); };
    const int exit_code = platform::run_hosted(program, options);
    if (!running.close()) {
        std::_Exit(exit_code);
    }
    return exit_code;
}

} // namespace plug
