#include "platform/host.hpp"
#include "platform/host_loop.hpp"
#include "platform/posix/ready_pipe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/asio/signal_set.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plug::platform {

namespace {

void write_all(int descriptor, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            return;
        }
    }
}

void print_message(const std::string& message) {
    if (!message.empty()) {
        write_all(STDERR_FILENO, "plug: " + message + "\n");
    }
}

std::string last_error(const char* action) {
    return std::string("cannot ") + action + ": " + std::generic_category().message(errno);
}

/// The signals that the host takes, on its own thread alone.
constexpr std::array host_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1};

/// Holds the host's signals back from this thread (SIG_BLOCK), or lets them come (SIG_UNBLOCK).
void mask_signals(int how) noexcept {
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int number : host_signals) {
        ::sigaddset(&ours, number);
    }
    ::pthread_sigmask(how, &ours, nullptr);
}

/// Holds the host's signals back while it lives. Threads that are made meanwhile never get them,
/// and one that comes too early waits. Afterwards they come, even where the caller of the program
/// held them back: a daemon that hears no SIGTERM helps nobody.
class signals_held_back {
public:
    signals_held_back() noexcept { mask_signals(SIG_BLOCK); }
    ~signals_held_back() { mask_signals(SIG_UNBLOCK); }
    signals_held_back(const signals_held_back&) = delete;
    signals_held_back& operator=(const signals_held_back&) = delete;
};

void take_signal(host_loop& loop, const hosted_program& program, int number) {
    if (number == SIGHUP) {
        program.reload();
    } else if (number == SIGUSR1) {
        program.reopen_logs();
    } else {
        request_stop(loop, program);
    }
}

void wait_for_signals(boost::asio::signal_set& signals, host_loop& loop,
                      const hosted_program& program) {
    signals.async_wait([&](const boost::system::error_code& error, int number) {
        if (!error) {
            take_signal(loop, program, number);
            wait_for_signals(signals, loop, program);
        }
    });
}

/// Starts the program; none of its threads hears a signal.
outcome start_behind_signals(boost::asio::signal_set& signals, const hosted_program& program,
                             const std::shared_ptr<host_loop>& loop, int failure_exit_code) {
    const signals_held_back guard;
    for (const int number : host_signals) {
        boost::system::error_code failed;
        signals.add(number, failed);
        if (failed) {
            return {failure_exit_code, "cannot take signals: " + failed.message()};
        }
    }
    return start_program(program, loop, failure_exit_code);
}

/// Runs the program in this process. `report` carries the outcome of the start away and says
/// whether anyone took it.
template <typename Report>
int run_here(const hosted_program& program, int failure_exit_code, Report report) {
    const auto loop = std::make_shared<host_loop>();
    boost::asio::signal_set signals(loop->context);
    const outcome started = start_behind_signals(signals, program, loop, failure_exit_code);
    const bool taken = report(started);
    if (started.exit_code != 0) {
        return started.exit_code;
    }
    if (!taken) {
        // Whoever typed the command interrupted it before it said that all is well.
        program.stop_now();
    }
    wait_for_signals(signals, *loop, program);
    loop->context.run();
    mask_signals(SIG_BLOCK); // one more request to stop changes nothing on the way out
    return loop->exit_code;
}

/// The numbers of this process's descriptors; where the system does not list them, all that it may
/// have open, within reason.
std::vector<int> possible_descriptors() {
    std::vector<int> numbers;
    bool is_listed = false; // a list without the descriptor that reads it is not one of all
    if (DIR* const listing = ::opendir("/dev/fd"); listing != nullptr) {
        while (const dirent* const entry = ::readdir(listing)) {
            numbers.push_back(std::atoi(entry->d_name)); // of "." and ".." 0
            is_listed = is_listed || numbers.back() == ::dirfd(listing);
        }
        ::closedir(listing);
    }
    if (!is_listed) {
        constexpr long most = 65'536;
        numbers.resize(static_cast<std::size_t>(std::clamp(::sysconf(_SC_OPEN_MAX), 0L, most)));
        std::iota(numbers.begin(), numbers.end(), 0);
    }
    return numbers;
}

/// Closes what the caller of the program left open: its locks and pipes would last as long as the
/// daemon. What this program has opened, and sockets of the supervisor that it has taken, close
/// when another one is started (FD_CLOEXEC), and so cannot have come that way.
void close_inherited() {
    for (const int number : possible_descriptors()) {
        const int flags = number > STDERR_FILENO ? ::fcntl(number, F_GETFD) : -1;
        if (flags >= 0 && (flags & FD_CLOEXEC) == 0) {
            ::close(number);
        }
    }
}

/// The typed process: waits for the outcome and ends with it.
int wait_for_outcome(ready_pipe& pipe, pid_t child, int failure_exit_code) {
    pipe.close_writer();
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    const outcome started = pipe.receive(failure_exit_code);
    print_message(started.message);
    return started.exit_code;
}

/// The process that stays gives up the directory and the terminal where it was typed, for `null`.
void leave_the_terminal(int null) noexcept {
    (void)!::chdir("/");
    if (null < 0) {
        return;
    }
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(null, standard);
    }
    if (null > STDERR_FILENO) {
        ::close(null);
    }
}

int run_in_background(ready_pipe& pipe, const hosted_program& program, int failure_exit_code) {
    // Opened before the program may change its root folder.
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    return run_here(program, failure_exit_code, [&pipe, null](const outcome& started) {
        const bool taken = pipe.send(started);
        leave_the_terminal(null);
        return taken;
    });
}

int run_detached(const hosted_program& program, int failure_exit_code) {
    close_inherited();
    auto pipe = ready_pipe::open();
    const pid_t child = pipe ? ::fork() : -1;
    if (child < 0) {
        print_message(last_error("detach"));
        return failure_exit_code;
    }
    if (child > 0) {
        return wait_for_outcome(*pipe, child, failure_exit_code);
    }
    // From here on the typed process alone can read: once it is gone, nobody hears the outcome.
    pipe->close_reader();
    ::setsid();
    // The second fork gives up the lead of the session: no terminal can become ours again.
    const pid_t grandchild = ::fork();
    if (grandchild < 0) {
        pipe->send({failure_exit_code, last_error("detach")});
    }
    if (grandchild != 0) {
        ::_exit(0);
    }
    return run_in_background(*pipe, program, failure_exit_code);
}

} // namespace

void prepare_process() {
    for (;;) {
        const int descriptor = ::open("/dev/null", O_RDWR);
        if (descriptor > STDERR_FILENO) {
            ::close(descriptor);
        }
        if (descriptor < 0 || descriptor > STDERR_FILENO) {
            break;
        }
    }
    ::umask(022);
    ::signal(SIGPIPE, SIG_IGN);
    // It has no meaning here yet, and would end the process.
    ::signal(SIGUSR2, SIG_IGN);
    // A log at its size limit (RLIMIT_FSIZE) fails with EFBIG, as a full disk does with ENOSPC.
    ::signal(SIGXFSZ, SIG_IGN);
    // Where the caller ignored it, the system would reap our children and keep how they ended.
    ::signal(SIGCHLD, SIG_DFL);
}

int run_hosted(const hosted_program& program, const host_options& options) {
    if (options.detach) {
        return run_detached(program, options.failure_exit_code);
    }
    return run_here(program, options.failure_exit_code, [](const outcome& started) {
        print_message(started.message);
        return true;
    });
}

bool stop_is_waiting() noexcept {
    sigset_t pending;
    return ::sigpending(&pending) == 0 &&
           (::sigismember(&pending, SIGTERM) == 1 || ::sigismember(&pending, SIGINT) == 1);
}

std::uint64_t process_id() noexcept { return static_cast<std::uint64_t>(::getpid()); }

bool supervised() noexcept {
    const char* socket = std::getenv("NOTIFY_SOCKET");
    return socket != nullptr && *socket != '\0';
}

bool can_detach() noexcept { return true; }

} // namespace plug::platform
