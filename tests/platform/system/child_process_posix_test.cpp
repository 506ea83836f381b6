// Programs that are run to their end: processes, signals, descriptors and environment on POSIX.
#include "platform/child_process.hpp"
#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

using namespace std::chrono_literals;
using namespace plug::platform;
using plug::test::eventually;
using plug::test::exists;
using plug::test::shell_words;
using how = child_end::kind;

namespace {

child_end run(const std::string& script, std::chrono::milliseconds timeout = 60s,
              std::vector<std::string> environment = {}) {
    const std::atomic<bool> wanted{true};
    return run_child({shell_words(script), std::move(environment), timeout}, wanted);
}

/// Gone, or left to be reaped by whoever adopted it.
bool has_ended(int process) {
    try {
        return !exists(process) || plug::test::resident_bytes(process) == 0;
    } catch (const std::exception&) {
        return true;
    }
}

/// While it lives, this thread holds SIGTERM back, and the process ignores SIGPIPE.
class odd_signals {
public:
    odd_signals() : pipe_(std::signal(SIGPIPE, SIG_IGN)) {
        sigset_t held;
        sigemptyset(&held);
        sigaddset(&held, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &held, &before_);
    }
    ~odd_signals() {
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        std::signal(SIGPIPE, pipe_);
    }
    odd_signals(const odd_signals&) = delete;
    odd_signals& operator=(const odd_signals&) = delete;

private:
    void (*pipe_)(int);
    sigset_t before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(child_process_posix)

BOOST_AUTO_TEST_CASE(what_it_has_started_is_killed_with_it) {
    const auto end = run("sleep 600 & echo $!; wait", 500ms);
    BOOST_TEST((end.how == how::timed_out));
    BOOST_REQUIRE(end.said != "");
    BOOST_TEST(eventually([&] { return has_ended(std::stoi(end.said)); }));
}

BOOST_AUTO_TEST_CASE(what_it_leaves_behind_holds_up_nobody) {
    const auto end = run("sleep 600 & echo $!");
    BOOST_TEST((end.how == how::exited));
    BOOST_TEST(::kill(std::stoi(end.said), SIGKILL) == 0);
}

BOOST_AUTO_TEST_CASE(a_signal_that_ends_it_is_told) {
    const auto end = run("kill -USR1 $$");
    BOOST_TEST((end.how == how::killed));
    BOOST_TEST(end.number == SIGUSR1);
}

BOOST_AUTO_TEST_CASE(no_descriptor_of_this_process_is_open_in_it) {
    const plug::test::descriptor kept(::open("/dev/null", O_RDONLY)); // without O_CLOEXEC
    BOOST_REQUIRE(kept.number() > 2);
    const auto place = "/proc/$$/fd/" + std::to_string(kept.number());
    BOOST_TEST(run("test -e " + place + " && echo open || echo closed").said == "closed");
}

BOOST_AUTO_TEST_CASE(there_is_nothing_to_read) {
    BOOST_TEST(run("if read -r line; then echo \"$line\"; else echo end; fi").said == "end");
}

BOOST_AUTO_TEST_CASE(it_starts_with_no_signal_held_back_or_ignored) {
    const odd_signals here;
    BOOST_TEST(run("grep SigBlk /proc/self/status").said == "SigBlk:\t0000000000000000");
    // But for those of the C library itself, 32 and 33.
    BOOST_TEST(run("grep SigIgn /proc/self/status").said.ends_with("0000000"));
}

BOOST_AUTO_TEST_CASE(much_that_it_says_is_read_and_little_kept) {
    const auto end = run("head -c 3000000 /dev/zero | tr '\\0' x");
    BOOST_TEST((end.how == how::exited));
    BOOST_TEST(end.said == std::string(longest_said, 'x'));
}

BOOST_AUTO_TEST_CASE(its_environment_is_ours_with_what_is_added_and_without_the_supervisor) {
    ::setenv("PLUG_TEST_KEPT", "kept", 1);
    ::setenv("PLUG_TEST_OTHER", "before", 1);
    ::setenv("NOTIFY_SOCKET", "/run/somewhere", 1);
    const auto end = run("echo $PLUG_TEST_KEPT $PLUG_TEST_OTHER ${NOTIFY_SOCKET-none}", 60s,
                         {"PLUG_TEST_OTHER=after"});
    for (const auto* name : {"PLUG_TEST_KEPT", "PLUG_TEST_OTHER", "NOTIFY_SOCKET"})
        ::unsetenv(name);
    BOOST_TEST(end.said == "kept after none");
}

BOOST_AUTO_TEST_CASE(a_program_whose_end_is_lost_has_not_passed) {
    // The system reaps children then, and does not tell how they ended.
    auto* const before = std::signal(SIGCHLD, SIG_IGN);
    const auto end = run("exit 3");
    std::signal(SIGCHLD, before);
    BOOST_TEST((end.how == how::shortage));
    BOOST_TEST(end.said == "how it ended is lost: No child processes");
}

BOOST_AUTO_TEST_CASE(no_zombie_is_left) {
    run("exit 0");
    run("sleep 600", 50ms);
    BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
}

BOOST_AUTO_TEST_SUITE_END()
