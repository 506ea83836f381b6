#include "platform/child_process.hpp"

#include "platform/child_output.hpp"
#include "platform/root_folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <thread>

extern char** environ;

namespace plug::platform {

namespace {

using how = child_end::kind;

/// A pipe between this process and a child, which has its one end as a standard descriptor.
class child_pipe {
public:
    child_pipe() noexcept : error_(open()) {}
    ~child_pipe() {
        close_writing();
        close(ends_[0]);
    }
    child_pipe(const child_pipe&) = delete;
    child_pipe& operator=(const child_pipe&) = delete;

    /// Why there is none; 0 = there is one.
    [[nodiscard]] int error() const noexcept { return error_; }
    [[nodiscard]] int reading() const noexcept { return ends_[0]; }
    [[nodiscard]] int writing() const noexcept { return ends_[1]; }
    void close_writing() noexcept { close(ends_[1]); }

    /// What the child has written, but no more than a few pages: the child has a time limit and we
    /// a look at it to take.
    void read_into(first_line& line) noexcept {
        std::array<char, 4096> buffer;
        for (int portions = 0; portions < 16; ++portions) {
            const auto got = ::read(ends_[0], buffer.data(), buffer.size());
            if (got <= 0) {
                ended_ = got == 0;
                return;
            }
            line.add({buffer.data(), static_cast<std::size_t>(got)});
        }
    }

    /// Waits until something is there, or for `longest`.
    void wait(std::chrono::milliseconds longest) const {
        if (ended_) {
            std::this_thread::sleep_for(longest);
            return;
        }
        pollfd watched{ends_[0], POLLIN, 0};
        ::poll(&watched, 1, static_cast<int>(longest.count()));
    }

private:
    int open() noexcept {
        if (::pipe(ends_.data()) != 0) {
            return errno;
        }
        ::fcntl(ends_[0], F_SETFD, FD_CLOEXEC);
        ::fcntl(ends_[1], F_SETFD, FD_CLOEXEC);
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        return 0;
    }

    static void close(int& descriptor) noexcept {
        if (descriptor >= 0) {
            ::close(descriptor);
            descriptor = -1;
        }
    }

    std::array<int, 2> ends_{-1, -1};
    bool ended_ = false;
    int error_;
};

/// Descriptors and signals as the program is to find them.
class start_conditions {
public:
    start_conditions(int input, int output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_adddup2(&files_, input, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, 1);
        ::posix_spawn_file_actions_adddup2(&files_, output, 2);
        // Asio opens some without O_CLOEXEC.
        ::posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        sigset_t signals;
        ::posix_spawnattr_init(&process_);
        ::posix_spawnattr_setflags(&process_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                  POSIX_SPAWN_SETSIGDEF);
        ::posix_spawnattr_setpgroup(&process_, 0);
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&process_, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&process_, &signals);
    }
    ~start_conditions() {
        ::posix_spawnattr_destroy(&process_);
        ::posix_spawn_file_actions_destroy(&files_);
    }
    start_conditions(const start_conditions&) = delete;
    start_conditions& operator=(const start_conditions&) = delete;

    /// 0, or why not.
    int spawn(std::vector<std::string> words, std::vector<std::string> environment, pid_t& child) {
        const auto arguments = pointers(words);
        const auto variables = pointers(environment);
        return ::posix_spawn(&child, arguments.front(), &files_, &process_, arguments.data(),
                             variables.data());
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> made;
        for (auto& each : texts) {
            made.push_back(each.data());
        }
        made.push_back(nullptr);
        return made;
    }

    posix_spawn_file_actions_t files_;
    posix_spawnattr_t process_;
};

std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        all.emplace_back(*entry);
    }
    return all;
}

child_end not_started(int error) {
    const bool is_shortage =
        error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE || error == EINTR;
    return {is_shortage ? how::shortage : how::not_runnable, 0,
            std::generic_category().message(error)};
}

/// How it ended cannot be said: neither well nor badly.
child_end not_known(int error) {
    return {how::shortage, 0, "how it ended is lost: " + std::generic_category().message(error)};
}

/// As waitpid(): 0 = it runs, negative = errno says why nobody knows.
pid_t look_at(pid_t child, int& status) noexcept {
    pid_t found = 0;
    do {
        found = ::waitpid(child, &status, WNOHANG);
    } while (found < 0 && errno == EINTR);
    return found;
}

child_end end_of(int status, std::optional<how> killed_for, std::string said) {
    if (killed_for) {
        return {*killed_for, 0, std::move(said)};
    }
    return WIFEXITED(status) ? child_end{how::exited, WEXITSTATUS(status), std::move(said)}
                             : child_end{how::killed, WTERMSIG(status), std::move(said)};
}

} // namespace

child_end run_child(const child_program& program, const std::atomic<bool>& wanted) {
    child_pipe input;
    child_pipe output;
    if (const int error = input.error() != 0 ? input.error() : output.error(); error != 0) {
        return not_started(error);
    }
    input.close_writing(); // empty, and without /dev/null, which a root folder may have none of
    pid_t child = 0;
    running_time time(program.timeout);
    auto words = program.words;
    words.front() = within_root(words.front());
    const int error =
        start_conditions(input.reading(), output.writing())
            .spawn(std::move(words), environment_for(program, own_environment()), child);
    output.close_writing();
    if (error != 0) {
        return not_started(error);
    }
    first_line line;
    growing_pause pause;
    std::optional<how> killed_for;
    int status = 0;
    pid_t ended = 0;
    while (true) {
        const bool is_over = time.is_over();
        ended = look_at(child, status);
        if (ended != 0) {
            break;
        }
        if (!killed_for && (!wanted || is_over)) {
            killed_for = wanted ? how::timed_out : how::stopped;
            ::kill(-child, SIGKILL);
        }
        output.wait(pause.next());
        output.read_into(line);
    }
    if (ended < 0 && !killed_for) { // somebody else has reaped it
        return not_known(errno);
    }
    output.read_into(line);
    return end_of(status, killed_for, line.text());
}

} // namespace plug::platform
