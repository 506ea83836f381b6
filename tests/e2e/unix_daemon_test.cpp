// The Unix daemon: how it starts, detaches and keeps its pid file.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/file.h>

#include <csignal>
#include <fstream>
#include <list>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

namespace {

bool is_locked_by_another(const fs::path& file) {
    const descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    return opened && flock(opened.number(), LOCK_EX | LOCK_NB) != 0;
}

unsigned mode_of(const fs::path& file) {
    return static_cast<unsigned>(fs::status(file).permissions());
}

/// A daemon on a port and with a pid file of its own.
struct detached {
    temporary_directory directory;
    std::uint16_t port = reserve_port();
    fs::path pid_file = directory / "plug.pid";
    std::string target;

    explicit detached(std::string to) : target(std::move(to)) {}

    [[nodiscard]] program start(const words& more = {}) const {
        return program(
            together({join("127.0.0.1", port), target, "--detach", "--pid-file", pid_file}, more));
    }

    [[nodiscard]] stream connect() const { return stream::connect("127.0.0.1", port); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(unix_daemon, *posix_only("daemons, signals and umask are of Unix"))

BOOST_AUTO_TEST_CASE(the_command_ends_with_0_when_the_port_listens) {
    named_server target("target");
    const detached place(target.address());
    program plug = place.start();
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(listening_sockets(place.port) >= 1U); // one for each worker on Linux
    BOOST_TEST(plug.output() == "");
    BOOST_TEST(plug.errors() == "");
    BOOST_TEST(ask_name(place.port) == "target");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(listening_sockets(place.port) == 0U);
}

BOOST_AUTO_TEST_CASE(the_daemon_leaves_terminal_directory_and_descriptors) {
    named_server target("target");
    const detached place(target.address());
    program plug = place.start();
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    const int process = plug.background_process();
    BOOST_TEST(eventually([&] { return working_directory(process) == "/"; }));
    for (const int number : {0, 1, 2})
        BOOST_TEST(eventually([&] { return descriptor_target(process, number) == "/dev/null"; }));
    const auto ids = session_of(process);
    BOOST_TEST(ids.session != session_of(getpid()).session);
    BOOST_TEST(ids.terminal == 0);
    // Not a session leader, so that it can never get a terminal again.
    BOOST_TEST(ids.session != process);
}

BOOST_DATA_TEST_CASE(what_the_caller_has_open_stays_open_in_the_foreground_alone,
                     data::make({false, true}), detach) {
    named_server target("target");
    temporary_directory directory;
    const auto lock = directory / "lock";
    const std::uint16_t port = reserve_port();
    std::optional<running_plug> plug;
    {
        const descriptor held(open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        BOOST_REQUIRE(flock(held.number(), LOCK_EX | LOCK_NB) == 0);
        plug.emplace(
            port,
            words{join("127.0.0.1", port), target.address(), detach ? "--detach" : "--foreground"},
            start_options{.inherited = {held.number()}});
    }
    if (detach)
        BOOST_TEST(plug->exit_code() == 0, plug->errors());
    BOOST_TEST(is_locked_by_another(lock) == !detach);
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug->stop() == 0);
}

BOOST_DATA_TEST_CASE(it_starts_with_closed_standard_descriptors, data::make({false, true}),
                     detach) {
    named_server target("target");
    temporary_directory directory;
    const std::uint16_t port = reserve_port();
    running_plug plug(port,
                      {join("127.0.0.1", port), target.address(),
                       detach ? "--detach" : "--foreground", "--session-log",
                       directory / "sessions", "--log-connections"},
                      {.standard_descriptors_closed = true});
    if (detach)
        BOOST_TEST(plug.exit_code() == 0);
    BOOST_TEST(ask_name(port) == "target");
    const int process = detach ? plug.background_process() : plug.process();
    for (const int number : {0, 1, 2})
        BOOST_TEST(eventually([&] { return descriptor_target(process, number) == "/dev/null"; }));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(read_file(directory / "sessions"), "\n") == 1U);
    // Nothing but session lines got into the file that might have had number 2.
    BOOST_TEST(count_matches(read_file(directory / "sessions"), "^\\[") == 1U);
}

BOOST_DATA_TEST_CASE(an_odd_umask_changes_nothing, data::make({0U, 0777U}), mask) {
    named_server target("target");
    temporary_directory directory;
    const std::uint16_t port = reserve_port();
    const auto pid_file = directory / "plug.pid";
    program plug({std::to_string(port), target.address(), "--detach", "--pid-file", pid_file},
                 {.file_mask = mask});
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST((mode_of(pid_file) & 0022U) == 0U);
    BOOST_TEST((mode_of(pid_file) & 0444U) == 0444U);
}

BOOST_AUTO_TEST_CASE(relative_paths_mean_the_directory_where_the_command_was_typed) {
    named_server target("target");
    temporary_directory directory;
    const std::uint16_t port = reserve_port();
    program plug({"-P", "plug.pid", "-S", "logs/sessions", std::to_string(port), target.address()},
                 {.directory = directory.path()});
    fs::create_directory(directory / "logs");
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(std::stoi(read_file(directory / "plug.pid")) == plug.background_process());
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(eventually(
        [&] { return count_matches(read_file(directory / "logs" / "sessions"), "\n") == 1; }));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(!fs::exists(directory / "plug.pid"));
}

BOOST_AUTO_TEST_CASE(relative_paths_beside_a_file_mean_that_directory_after_a_reload_too) {
    named_server target("target");
    temporary_directory directory;
    const std::uint16_t port = reserve_port();
    std::ofstream(directory / "plug.toml") << "[plug.web]\nlisten = \"" << join("127.0.0.1", port)
                                           << "\"\ntargets = \"" << target.address() << "\"\n";
    program plug({"--config", "plug.toml", "--pid-file", "plug.pid", "--session-log", "sessions",
                  "--log-to", "./log", "--control", "control"},
                 {.directory = directory.path()});
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    plug.background_process();
    program reload({"reload", "--control", directory / "control"});
    BOOST_TEST(reload.exit_code() == 0, reload.errors());
    BOOST_TEST(reload.output() == "reloaded: nothing has changed\n");
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(
        eventually([&] { return count_matches(read_file(directory / "sessions"), "\n") == 1; }));
    BOOST_TEST(count_matches(read_file(directory / "log"), "nothing has changed") == 1U);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_pid_file_is_locked_and_holds_the_pid_of_the_daemon) {
    named_server target("target");
    const detached place(target.address());
    program plug = place.start();
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(read_file(place.pid_file) == std::to_string(plug.background_process()) + "\n");
    BOOST_TEST(is_locked_by_another(place.pid_file));
}

BOOST_AUTO_TEST_CASE(a_second_start_on_the_same_pid_file_is_refused) {
    named_server target("target");
    const detached place(target.address());
    program first = place.start();
    BOOST_TEST(first.exit_code() == 0, first.errors());
    const auto content = read_file(place.pid_file);
    const std::uint16_t other_port = reserve_port();
    program second(
        {std::to_string(other_port), target.address(), "--detach", "--pid-file", place.pid_file});
    BOOST_TEST(second.exit_code() == 73);
    BOOST_TEST(second.errors().find(place.pid_file.string()) != std::string::npos);
    BOOST_TEST(eventually([&] { return !second.is_alive(); }));
    BOOST_TEST(listening_sockets(other_port) == 0U);
    BOOST_TEST(read_file(place.pid_file) == content);
    BOOST_TEST(ask_name(place.port) == "target");
}

BOOST_AUTO_TEST_CASE(a_pid_file_that_is_a_symbolic_link_is_refused) {
    named_server target("target");
    const detached place(target.address());
    const auto precious = place.directory / "precious";
    std::ofstream(precious) << "keep me";
    fs::create_symlink(precious, place.pid_file);
    program plug = place.start();
    BOOST_TEST(plug.exit_code() == 73);
    BOOST_TEST(plug.errors().find(place.pid_file.string()) != std::string::npos);
    BOOST_TEST(read_file(precious) == "keep me");
    BOOST_TEST(fs::is_symlink(place.pid_file));
    BOOST_TEST(listening_sockets(place.port) == 0U);
}

BOOST_AUTO_TEST_CASE(a_pid_file_that_was_left_behind_is_taken_over) {
    named_server target("target");
    const detached place(target.address());
    {
        program killed = place.start();
        BOOST_TEST(killed.exit_code() == 0, killed.errors());
        killed.background_process();
        killed.kill();
        killed.finish();
    }
    BOOST_TEST(fs::exists(place.pid_file));
    std::ofstream(place.pid_file) << "12345678901234567890\nand more\n";
    program plug = place.start();
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(read_file(place.pid_file) == std::to_string(plug.background_process()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_start_that_fails_leaves_no_pid_file) {
    listener other;
    temporary_directory directory;
    program plug({other.address(), "127.0.0.1:1", "--pid-file", directory / "plug.pid"});
    BOOST_TEST(plug.exit_code() == 69);
    BOOST_TEST(!fs::exists(directory / "plug.pid"));
}

BOOST_AUTO_TEST_CASE(a_new_plug_starts_on_the_same_port_and_pid_file_while_the_old_one_drains) {
    listener front;
    const detached place(front.address());
    program old_plug = place.start({"--grace", "1h"});
    BOOST_TEST(old_plug.exit_code() == 0, old_plug.errors());
    const int old_process = old_plug.background_process();
    stream old_client = place.connect();
    stream old_target = front.accept();

    old_plug.request_stop();
    BOOST_TEST(eventually([&] { return !fs::exists(place.pid_file); }));
    BOOST_TEST(listening_sockets(place.port) == 0U);
    BOOST_TEST(exists(old_process));

    program new_plug = place.start();
    BOOST_TEST(new_plug.exit_code() == 0, new_plug.errors());
    const std::string content = std::to_string(new_plug.background_process()) + "\n";
    BOOST_TEST(read_file(place.pid_file) == content);
    stream new_client = place.connect();
    stream new_target = front.accept();
    new_client.send("new");
    BOOST_TEST(new_target.receive(3) == "new");

    old_client.send("old");
    BOOST_TEST(old_target.receive(3) == "old");
    old_client.close();
    BOOST_TEST(old_target.receive_to_end().end == stream_end::orderly);
    old_target.close();
    BOOST_TEST(old_plug.finish() == 0);
    // The end of the old one takes nothing away from the new one.
    BOOST_TEST(read_file(place.pid_file) == content);
    BOOST_TEST(is_locked_by_another(place.pid_file));
    new_client.send("on");
    BOOST_TEST(new_target.receive(2) == "on");
}

BOOST_AUTO_TEST_CASE(a_hangup_reopens_the_session_file_and_goes_on) {
    named_server target("target");
    const detached place(target.address());
    const auto file = place.directory / "sessions";
    program plug = place.start({"--session-log", file});
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(ask_name(place.port) == "target");
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == 1; }));
    fs::rename(file, place.directory / "old");
    plug.background_process();
    plug.signal(SIGHUP);
    BOOST_TEST(eventually([&] { return fs::exists(file); }));
    BOOST_TEST(ask_name(place.port) == "target");
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == 1; }));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_start_without_descriptors_fails_and_says_so,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    // Too few for the engine's own needs, whichever of them comes to grief first.
    named_server target("target");
    const detached place(target.address());
    program plug({join("127.0.0.1", place.port), target.address(), "--detach"},
                 {.descriptor_limits = {{5, 5}}});
    BOOST_TEST(plug.exit_code() != 0);
    BOOST_TEST(plug.errors() != "");
    BOOST_TEST(eventually([&] { return !plug.is_alive(); }));
    BOOST_TEST(listening_sockets(place.port) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
