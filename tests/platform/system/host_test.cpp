// The host forks, takes signals and closes descriptors: every case runs it in a child process,
// which tells what it saw through a pipe.
#include "platform/host.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using plug::platform::hosted_program;
using plug::platform::outcome;
using plug::platform::run_hosted;
using plug::test::read_file;
using plug::test::temporary_directory;

/// A pipe that the child, and the process that it detaches, write to.
class told {
public:
    told() {
        BOOST_REQUIRE(::pipe(ends_.data()) == 0);
        // No descriptor that the program would have got from its caller.
        for (const int end : ends_) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        }
    }
    ~told() {
        ::close(ends_[0]);
        close_writer();
    }
    told(const told&) = delete;
    told& operator=(const told&) = delete;

    void say(const std::string& text) const { (void)!::write(ends_[1], text.data(), text.size()); }
    void close_writer() {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }
    /// The next `size` bytes, or fewer at the end.
    [[nodiscard]] std::string next(std::size_t size) const {
        std::string text;
        char byte = 0;
        while (text.size() < size && ::read(ends_[0], &byte, 1) == 1) {
            text += byte;
        }
        return text;
    }
    /// All that is said until every process that could has ended.
    [[nodiscard]] std::string rest() {
        close_writer();
        return next(std::string::npos);
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// A child process that runs `body`; its standard error goes to a file.
class child {
public:
    explicit child(const std::function<int()>& body) : id_(::fork()) {
        BOOST_REQUIRE(id_ >= 0);
        if (id_ == 0) {
            const int errors =
                ::open((directory_ / "errors").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(errors, STDERR_FILENO);
            ::close(errors);
            // Nothing of the test framework may run in the child.
            ::_exit(body());
        }
    }

    /// Exit code, or 128 and the signal.
    int wait() const {
        int status = 0;
        BOOST_REQUIRE(::waitpid(id_, &status, 0) == id_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    void signal(int number) const { BOOST_REQUIRE(::kill(id_, number) == 0); }
    [[nodiscard]] std::string errors() const { return read_file(directory_ / "errors"); }

private:
    temporary_directory directory_;
    pid_t id_;
};

/// A program that tells what is asked of it: s(tart), d(rain), n(ow), r(eopen).
hosted_program telling(const told& to, std::function<void(int)>& finished) {
    hosted_program program;
    program.start = [&](std::function<void(int)> when_finished) {
        finished = std::move(when_finished);
        to.say("s");
        return outcome{};
    };
    program.drain = [&to] { to.say("d"); };
    program.stop_now = [&to, &finished] {
        to.say("n");
        finished(3);
    };
    program.reload = [&to] { to.say("h"); };
    program.reopen_logs = [&to] { to.say("r"); };
    return program;
}

hosted_program starting_with(std::function<outcome(std::function<void(int)>)> start) {
    return {std::move(start), [] {}, [] {}, [] {}, [] {}};
}

std::string link_of(int descriptor) {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error)
        .string();
}

} // namespace

BOOST_AUTO_TEST_SUITE(host)

BOOST_AUTO_TEST_CASE(in_the_foreground_the_exit_code_is_that_of_the_program) {
    const child process([] {
        return run_hosted(starting_with([](const std::function<void(int)>& finished) {
                              finished(7);
                              return outcome{};
                          }),
                          {});
    });
    BOOST_TEST(process.wait() == 7);
    BOOST_TEST(process.errors().empty());
}

BOOST_AUTO_TEST_CASE(the_program_may_finish_on_another_thread) {
    const child process([] {
        std::thread other;
        const int code = run_hosted(starting_with([&](const std::function<void(int)>& finished) {
                                        other = std::thread([finished] { finished(9); });
                                        return outcome{};
                                    }),
                                    {});
        other.join();
        return code;
    });
    BOOST_TEST(process.wait() == 9);
}

BOOST_AUTO_TEST_CASE(a_start_that_fails_is_told_in_one_line_in_both_ways_of_running) {
    for (const bool detach : {false, true}) {
        const child process([detach] {
            return run_hosted(starting_with([](const std::function<void(int)>&) {
                                  return outcome{69, "the port is taken"};
                              }),
                              {detach, 71});
        });
        BOOST_TEST(process.wait() == 69);
        BOOST_TEST(process.errors() == "plug: the port is taken\n");
    }
}

BOOST_AUTO_TEST_CASE(an_exception_from_the_start_is_a_failure_with_its_reason) {
    for (const bool detach : {false, true}) {
        const child process([detach] {
            return run_hosted(starting_with([](const std::function<void(int)>&) -> outcome {
                                  throw std::runtime_error("no threads");
                              }),
                              {detach, 71});
        });
        BOOST_TEST(process.wait() == 71);
        BOOST_TEST(process.errors() == "plug: cannot start: no threads\n");
    }
}

BOOST_AUTO_TEST_CASE(a_process_in_the_background_that_dies_before_it_reports_is_a_failure) {
    const child process([] {
        return run_hosted(
            starting_with([](const std::function<void(int)>&) -> outcome { ::_exit(0); }),
            {true, 4});
    });
    BOOST_TEST(process.wait() == 4);
    BOOST_TEST(process.errors().starts_with("plug: "));
}

BOOST_AUTO_TEST_CASE(the_typed_process_waits_as_long_as_the_start_takes) {
    told order;
    told go;
    const child process([&] {
        const int code = run_hosted(starting_with([&](const std::function<void(int)>& finished) {
                                        (void)go.next(1);
                                        order.say("started ");
                                        finished(0);
                                        return outcome{};
                                    }),
                                    {true, 71});
        order.say("ended ");
        return code;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    go.say("!");
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(order.rest().starts_with("started ended "));
}

BOOST_AUTO_TEST_CASE(the_process_in_the_background_has_left_terminal_and_directory) {
    told facts;
    std::function<void(int)> finished;
    const child process([&] {
        hosted_program program = telling(facts, finished);
        program.drain = [&] {
            facts.say((::getsid(0) != ::getpid() ? "no leader, " : "leader, ") +
                      std::filesystem::current_path().string() + " " + link_of(0) + " " +
                      link_of(1) + " " + link_of(2));
            finished(0);
        };
        program.start = [&, start = program.start](const std::function<void(int)>& done) {
            const outcome started = start(done);
            ::raise(SIGTERM);
            return started;
        };
        const pid_t typed = ::getpid();
        const int code = run_hosted(program, {true, 71});
        return ::getpid() == typed ? code : 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "sno leader, / /dev/null /dev/null /dev/null");
}

BOOST_AUTO_TEST_CASE(the_first_request_to_stop_drains_and_the_second_ends_at_once) {
    for (const auto& [first, second] : {std::pair{SIGTERM, SIGINT}, std::pair{SIGINT, SIGTERM}}) {
        told seen;
        std::function<void(int)> finished;
        const child process([&] { return run_hosted(telling(seen, finished), {}); });
        BOOST_TEST(seen.next(1) == "s");
        process.signal(first);
        BOOST_TEST(seen.next(1) == "d");
        process.signal(second);
        BOOST_TEST(seen.next(1) == "n");
        BOOST_TEST(process.wait() == 3);
    }
}

BOOST_AUTO_TEST_CASE(hup_reloads_usr1_reopens_the_logs_and_neither_counts_as_a_stop) {
    told seen;
    std::function<void(int)> finished;
    const child process([&] { return run_hosted(telling(seen, finished), {}); });
    BOOST_TEST(seen.next(1) == "s");
    process.signal(SIGHUP);
    BOOST_TEST(seen.next(1) == "h");
    process.signal(SIGUSR1);
    BOOST_TEST(seen.next(1) == "r");
    process.signal(SIGTERM);
    BOOST_TEST(seen.next(1) == "d");
    process.signal(SIGTERM);
    BOOST_TEST(process.wait() == 3);
}

BOOST_AUTO_TEST_CASE(a_signal_that_comes_during_the_start_is_not_lost) {
    told seen;
    std::function<void(int)> finished;
    const child process([&] {
        hosted_program program = telling(seen, finished);
        program.start = [&, start = program.start](const std::function<void(int)>& done) {
            ::raise(SIGTERM);
            return start(done);
        };
        return run_hosted(program, {});
    });
    BOOST_TEST(seen.next(2) == "sd");
    process.signal(SIGTERM);
    BOOST_TEST(process.wait() == 3);
}

BOOST_AUTO_TEST_CASE(a_thread_of_the_program_takes_no_signal_of_the_host) {
    told seen;
    std::function<void(int)> finished;
    const child process([&] {
        std::thread worker;
        hosted_program program = telling(seen, finished);
        program.start = [&](const std::function<void(int)>& done) {
            worker = std::thread([&seen, done] {
                sigset_t held;
                ::pthread_sigmask(SIG_BLOCK, nullptr, &held);
                for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
                    seen.say(::sigismember(&held, number) == 1 ? "held " : "open ");
                }
                done(0);
            });
            return outcome{};
        };
        const int code = run_hosted(program, {});
        worker.join();
        return code;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(seen.rest() == "held held held held ");
}

BOOST_AUTO_TEST_CASE(a_command_that_is_interrupted_during_the_start_leaves_nothing_running) {
    told seen;
    told go;
    std::function<void(int)> finished;
    const child process([&] {
        plug::platform::prepare_process();
        hosted_program program = telling(seen, finished);
        program.start = [&, start = program.start](const std::function<void(int)>& done) {
            seen.say("b");
            (void)go.next(1);
            return start(done);
        };
        return run_hosted(program, {true, 71});
    });
    BOOST_TEST(seen.next(1) == "b");
    process.signal(SIGINT);
    BOOST_TEST(process.wait() == 128 + SIGINT);
    go.say("!");
    BOOST_TEST(seen.rest() == "sn");
}

BOOST_AUTO_TEST_CASE(a_process_without_standard_descriptors_gets_them) {
    told facts;
    const child process([&] {
        for (const int standard : {0, 1, 2}) {
            ::close(standard);
        }
        plug::platform::prepare_process();
        facts.say(link_of(0) + " " + link_of(1) + " " + link_of(2));
        return 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "/dev/null /dev/null /dev/null");
}

BOOST_AUTO_TEST_CASE(open_standard_descriptors_stay_as_they_are) {
    told facts;
    const child process([&] {
        const std::string before = link_of(0) + " " + link_of(2);
        ::close(1);
        plug::platform::prepare_process();
        facts.say(before == link_of(0) + " " + link_of(2) ? link_of(1) : "changed");
        return 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "/dev/null");
}

BOOST_AUTO_TEST_CASE(the_umask_is_022_and_a_closed_pipe_is_no_signal) {
    told facts;
    const child process([&] {
        ::umask(0777);
        plug::platform::prepare_process();
        facts.say(::umask(0) == 022 ? "022 " : "other ");
        std::array<int, 2> ends{};
        (void)!::pipe(ends.data());
        ::close(ends[0]);
        facts.say(::write(ends[1], "x", 1) < 0 ? "refused" : "taken");
        return 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "022 refused");
}

BOOST_AUTO_TEST_CASE(a_file_at_its_size_limit_is_no_signal_and_children_tell_how_they_ended) {
    told facts;
    const child process([&] {
        ::signal(SIGCHLD, SIG_IGN);
        plug::platform::prepare_process();
        const rlimit limit{1, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        facts.say(::write(STDERR_FILENO, "x", 1) == 1 ? "taken " : "refused ");
        facts.say(::write(STDERR_FILENO, "x", 1) < 0 && errno == EFBIG ? "refused " : "taken ");
        const pid_t ends = ::fork();
        if (ends == 0) {
            ::_exit(5);
        }
        int status = 0;
        facts.say(::waitpid(ends, &status, 0) == ends ? std::to_string(WEXITSTATUS(status)) : "?");
        return 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "taken refused 5");
}

BOOST_AUTO_TEST_CASE(a_notify_socket_in_the_environment_means_supervised) {
    ::unsetenv("NOTIFY_SOCKET");
    BOOST_TEST(!plug::platform::supervised());
    ::setenv("NOTIFY_SOCKET", "", 1);
    BOOST_TEST(!plug::platform::supervised());
    ::setenv("NOTIFY_SOCKET", "/run/notify", 1);
    BOOST_TEST(plug::platform::supervised());
    ::unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_CASE(the_process_id_follows_the_fork) {
    told facts;
    const child process([&] {
        facts.say(plug::platform::process_id() == static_cast<std::uint64_t>(::getpid()) ? "own"
                                                                                         : "other");
        return 0;
    });
    BOOST_TEST(process.wait() == 0);
    BOOST_TEST(facts.rest() == "own");
}

BOOST_AUTO_TEST_SUITE_END()
