// The host in a console: Ctrl-C, Ctrl-Break, closing the window and logging off drain.
#include "platform/host.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

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

/// The thread that hears of requests and of the end of the program. Shared with the `finished`
/// function, which another thread may still be inside of when the host goes.
struct host_loop {
    boost::asio::io_context context{1};
    int exit_code = 0;
    bool stop_requested = false;
};

/// The host that the console's requests go to. The system calls back on a thread of its own, with
/// nothing but the request.
struct console_listener {
    std::mutex mutex;
    std::shared_ptr<host_loop> loop;
    const hosted_program* program = nullptr;
};

console_listener& listening() {
    static console_listener one;
    return one;
}

void request_stop(host_loop& loop, const hosted_program& program) {
    if (std::exchange(loop.stop_requested, true)) {
        program.stop_now();
    } else {
        program.drain();
    }
}

BOOL WINAPI hear_console(DWORD request) {
    {
        auto& here = listening();
        const std::lock_guard lock(here.mutex);
        if (!here.loop) {
            return FALSE;
        }
        boost::asio::post(here.loop->context, [loop = here.loop.get(), program = here.program] {
            request_stop(*loop, *program);
        });
    }
    if (request != CTRL_C_EVENT && request != CTRL_BREAK_EVENT) {
        // The window closes or the user logs off: the system ends the process as soon as this
        // returns, and after some seconds anyhow. main() returns when the sessions have ended.
        ::Sleep(INFINITE);
    }
    return TRUE;
}

/// Takes the console's requests while it lives; those that come before the loop runs wait in it.
class console_guard {
public:
    console_guard(const std::shared_ptr<host_loop>& loop, const hosted_program& program) {
        tell(loop, &program);
        ::SetConsoleCtrlHandler(&hear_console, TRUE);
    }
    ~console_guard() {
        ::SetConsoleCtrlHandler(&hear_console, FALSE);
        tell(nullptr, nullptr);
    }
    console_guard(const console_guard&) = delete;
    console_guard& operator=(const console_guard&) = delete;

private:
    static void tell(std::shared_ptr<host_loop> loop, const hosted_program* program) {
        const std::lock_guard lock(listening().mutex);
        listening().loop = std::move(loop);
        listening().program = program;
    }
};

outcome start_program(const hosted_program& program, const std::shared_ptr<host_loop>& loop,
                      int failure_exit_code) {
    try {
        return program.start([loop](int exit_code) {
            boost::asio::post(loop->context, [state = loop.get(), exit_code] {
                state->exit_code = exit_code;
                state->context.stop();
            });
        });
    } catch (const std::exception& error) {
        return {failure_exit_code, std::string("cannot start: ") + error.what()};
    }
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

std::uint64_t process_id() noexcept { return ::GetCurrentProcessId(); }

bool supervised() noexcept { return true; }

bool can_detach() noexcept { return false; }

} // namespace plug::platform
