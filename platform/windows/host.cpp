// The host in a console: Ctrl-C, Ctrl-Break, closing the window and logging off drain.
#include "platform/host.hpp"

#include "platform/windows/request_box.hpp"
#include "platform/windows/service_host.hpp"

#include <atomic>
#include <cstdio>

#include <boost/asio/executor_work_guard.hpp>

#include <windows.h>

#include <fcntl.h>
#include <io.h>

namespace plug::platform {

namespace {

void print_message(const std::string& message) {
    if (!message.empty()) {
        std::fputs(("plug: " + message + "\n").c_str(), stderr);
        std::fflush(stderr);
    }
}

request_box& requests() {
    static request_box one;
    return one;
}

std::atomic<bool>& stop_has_come() {
    static std::atomic<bool> one = false;
    return one;
}

BOOL WINAPI hear_console(DWORD request) {
    stop_has_come() = true;
    if (!requests().post(request_stop)) {
        return FALSE;
    }
    if (request != CTRL_C_EVENT && request != CTRL_BREAK_EVENT) {
        // The window closes or the user logs off: the system ends the process as soon as this
        // returns, and after some seconds anyhow. main() returns when the sessions have ended.
        ::Sleep(INFINITE);
    }
    return TRUE;
}

/// Takes the console's requests while it lives.
class console_guard {
public:
    console_guard(const std::shared_ptr<host_loop>& loop, const hosted_program& program) {
        requests().open(loop, program);
        ::SetConsoleCtrlHandler(&hear_console, TRUE);
    }
    ~console_guard() {
        ::SetConsoleCtrlHandler(&hear_console, FALSE);
        requests().close();
    }
    console_guard(const console_guard&) = delete;
    console_guard& operator=(const console_guard&) = delete;
};

int run_in_console(const hosted_program& program, const host_options& options) {
    const auto loop = std::make_shared<host_loop>();
    const auto work = boost::asio::make_work_guard(loop->context);
    const console_guard guard(loop, program);
    const outcome started = start_program(program, loop, options.failure_exit_code);
    print_message(started.message);
    if (started.exit_code != 0) {
        return started.exit_code;
    }
    loop->context.run();
    return loop->exit_code;
}

} // namespace

void prepare_process() {
    // A failure is told by the exit code; no window asks anybody to press a button.
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    // Lines end as they do everywhere.
    ::_setmode(::_fileno(stdout), _O_BINARY);
    ::_setmode(::_fileno(stderr), _O_BINARY);
}

int run_hosted(const hosted_program& program, const host_options& options) {
    if (options.detach) {
        print_message("cannot detach: this system knows no daemons");
        return options.failure_exit_code;
    }
    return is_service() ? run_as_service(program, options) : run_in_console(program, options);
}

/// The service manager asks nobody to stop who is still starting.
bool stop_is_waiting() noexcept { return stop_has_come(); }

std::uint64_t process_id() noexcept { return ::GetCurrentProcessId(); }

bool supervised() noexcept { return true; }

bool can_detach() noexcept { return false; }

} // namespace plug::platform
