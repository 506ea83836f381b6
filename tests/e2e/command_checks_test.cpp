// Health checks by a program of the operator's.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <sstream>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

/// A program of the operator's, and what it leaves behind.
class check_program {
public:
    explicit check_program(const std::string& script) {
        std::ofstream(path()) << "#!/bin/sh\ncd " << directory_.path().string() << "\n" << script;
        fs::permissions(path(), fs::perms::owner_all);
    }

    [[nodiscard]] std::string path() const { return (directory_ / "check").string(); }
    [[nodiscard]] words options(const words& more = {}) const {
        return together({"--check", "command", "--check-command", path(), "--check-interval",
                         "100ms", "--check-rise", "1", "--check-fall", "2", "--retry", "never",
                         "--first"},
                        more);
    }
    void make(const std::string& file) const { std::ofstream(directory_ / file) << "made\n"; }
    [[nodiscard]] std::string read(const std::string& file) const {
        return read_file(directory_ / file);
    }

private:
    temporary_directory directory_;
};

/// A zombie that nobody has reaped yet has no descriptors.
bool all_have_ended(const std::string& processes) {
    std::istringstream numbers(processes);
    for (int process = 0; numbers >> process;)
        if (!descriptor_target(process, 0).empty())
            return false;
    return true;
}

/// Passes for the targets whose port a file is called after.
constexpr const char* passes_where_told =
    "test -e up-$PLUG_TARGET_PORT && exit 0\necho not today\nexit 7\n";

std::string up(const named_server& server) { return "up-" + std::to_string(server.port()); }

} // namespace

BOOST_AUTO_TEST_SUITE(command_checks, *posix_only("the programs are scripts of Unix"))

BOOST_AUTO_TEST_CASE(the_exit_status_of_a_program_takes_a_target_out_and_brings_it_back) {
    named_server a("name-a");
    named_server b("name-b");
    const check_program check(passes_where_told);
    check.make(up(b));
    auto plug = start_plug({a.address(), b.address()}, check.options());
    const auto name = literally(a.address());
    BOOST_TEST(plug.says("command check of " + name +
                         ".*the program ended with status 7, saying 'not today'; target is down"));
    BOOST_TEST(ask_names(plug.port(), 3) == words(3, "name-b"), boost::test_tools::per_element());
    check.make(up(a));
    BOOST_TEST(plug.says("target " + name + " is up again"));
    BOOST_TEST(ask_name(plug.port()) == "name-a");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_program_hears_of_its_target_by_its_environment_and_has_its_arguments) {
    named_server a("name-a");
    const check_program check("echo \"$1 $2|$PLUG_TARGET_NAME|$PLUG_TARGET_ADDRESS|"
                              "$PLUG_TARGET_PORT\" >told.new; mv told.new told\n");
    auto plug =
        start_plug({a.address()}, check.options({"--check-command=x", "--check-command=a b"}));
    const auto expected = "x a b|" + a.address() + "|127.0.0.1|" + std::to_string(a.port()) + "\n";
    BOOST_TEST(eventually([&] { return !check.read("told").empty(); }));
    BOOST_TEST(check.read("told") == expected);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_program_that_hangs_is_killed_with_all_that_it_started) {
    named_server a("name-a");
    const check_program check("sleep 600 &\necho $! $$ >>processes\nwait\n");
    auto plug = start_plug({a.address()}, check.options());
    BOOST_TEST(plug.says("the program took longer than 100 ms; target is down"));
    const auto processes = check.read("processes");
    BOOST_TEST(processes != "");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(eventually([&] { return all_have_ended(check.read("processes")); }));
}

BOOST_AUTO_TEST_CASE(no_program_outlives_a_plug_that_stops) {
    named_server a("name-a");
    const check_program check("echo $$ >>processes\nexec sleep 600\n");
    auto plug = start_plug({a.address()},
                           check.options({"--check-interval", "10m", "--check-timeout", "10m"}));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(all_have_ended(check.read("processes")));
}

BOOST_AUTO_TEST_CASE(a_caller_that_ignored_the_end_of_children_lets_no_check_pass) {
    named_server a("name-a");
    named_server b("name-b");
    const check_program check(passes_where_told);
    check.make(up(b));
    auto plug =
        start_plug({a.address(), b.address()}, check.options(), {.ignored_signals = {SIGCHLD}});
    BOOST_TEST(plug.says("the program ended with status 7, saying 'not today'; target is down"));
    BOOST_TEST(ask_name(plug.port()) == "name-b");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_told_and_takes_the_target_out) {
    named_server a("name-a");
    const check_program check("");
    fs::remove(check.path());
    auto plug = start_plug({a.address()}, check.options());
    BOOST_TEST(plug.says("cannot run the program: .*; target is down"));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(it_works_while_plug_is_in_the_background) {
    named_server a("name-a");
    named_server b("name-b");
    const check_program check(passes_where_told);
    check.make(up(b));
    const temporary_directory place;
    const auto port = reserve_port();
    program plug(together({join("127.0.0.1", port), a.address(), b.address(), "--detach",
                           "--pid-file", (place / "plug.pid").string()},
                          check.options()));
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(eventually([&] { return ask_name(port) == "name-b"; }));
    check.make(up(a));
    BOOST_TEST(eventually([&] { return ask_name(port) == "name-a"; }));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_check_of_the_file_is_a_list_of_words) {
    named_server a("name-a");
    named_server b("name-b");
    const check_program check(passes_where_told);
    check.make(up(b));
    const auto port = reserve_port();
    const temporary_directory place;
    std::ofstream(place / "plug.toml")
        << "[plug.web]\nlisten = \"" << join("127.0.0.1", port) << "\"\ntargets = [\""
        << a.address() << "\", \"" << b.address()
        << "\"]\nfirst = true\ncheck = { kind = \"command\", command = [\"" << check.path()
        << "\", \"-v\"], interval = \"100ms\", fall = 1 }\n";
    running_plug plug(port, {"run", "--config", (place / "plug.toml").string()});
    BOOST_TEST(plug.says("command check of " + literally(a.address()) + ".*; target is down"));
    BOOST_TEST(ask_name(port) == "name-b");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
