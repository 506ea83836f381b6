// Where the log goes when it is told to: a file, syslog, the journal, standard error.
#include "tests/support/net/message_socket.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* time_of_line = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d)";

/// Waits until `expression` matches in the file.
bool file_says(const fs::path& file, const std::string& expression, std::size_t count = 1) {
    return eventually([&] { return count_matches(read_file(file), expression) >= count; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_places)

BOOST_AUTO_TEST_CASE(a_log_file_has_times_and_severities_and_standard_error_nothing) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "plug.log";
    auto plug = start_plug({target.address()}, {"--log-to", file, "--log-connections"});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
    const std::string start = std::string(time_of_line) + " notice plug\\[\\d+\\]: \\(127.0.0.1 " +
                              std::to_string(plug.port()) + "\\): ";
    BOOST_TEST(count_matches(read_file(file), start + "Plugdaemon started\\.\n") == 1U);
    BOOST_TEST(count_matches(read_file(file), start + "Complete\\.\n") == 1U);
    BOOST_TEST(plug.errors() == "");
}

BOOST_AUTO_TEST_CASE(a_detached_plug_logs_to_its_file_too, *posix_only("Windows has no daemons")) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "plug.log";
    const auto port = reserve_port();
    program plug({std::to_string(port), target.address(), "--log-to", file, "--log-connections"});
    BOOST_REQUIRE(plug.exit_code() == 0);
    BOOST_TEST(file_says(file, "plug\\[" + std::to_string(plug.background_process()) +
                                   "\\]: .*Plugdaemon started"));
}

BOOST_AUTO_TEST_CASE(a_log_file_that_was_rotated_is_made_anew_by_the_signals,
                     *posix_only("Windows has no such signals")) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "plug.log";
    auto plug = start_plug({target.address()}, {"--log-to", file, "--log-connections"});
    BOOST_TEST(file_says(file, "Plugdaemon started"));
    for (const int number : {SIGUSR1, SIGHUP}) {
        fs::rename(file, directory / "plug.log.1");
        plug.signal(number);
        BOOST_TEST(eventually([&] { return fs::exists(file); }));
        BOOST_TEST(read_file(file) == "");
        BOOST_TEST(ask_name(plug.port()) == "target");
        BOOST_TEST(file_says(file, "Complete\\."));
    }
}

BOOST_AUTO_TEST_CASE(a_log_file_that_cannot_be_opened_ends_the_start_with_one_line) {
    temporary_directory directory;
    const auto file = (directory.path() / "none" / "plug.log").string();
    program plug(
        {"run", "127.0.0.1:" + std::to_string(reserve_port()), "127.0.0.1:1", "--log-to", file});
    BOOST_TEST(plug.exit_code() == 73);
    BOOST_TEST(count_matches(plug.errors(), "^plug: cannot open the log " +
                                                literally(as_told(file)) + ": .+\n") == 1U);
    BOOST_TEST(count_matches(plug.errors(), "\n") == 1U, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_once_on_standard_error_and_traffic_goes_on,
                     *posix_only("/dev/full is of Unix")) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--log-to", "/dev/full", "--log-connections"});
    BOOST_TEST(ask_names(plug.port(), 50).size() == 50U);
    BOOST_TEST(plug.says("write to /dev/full: No space left"));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), "\n") == 1U, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_fifo_that_nobody_reads_is_told_once_and_used_once_someone_does,
                     *posix_only("Windows has no such files")) {
    named_server target("target");
    temporary_directory directory;
    const auto fifo = (directory / "fifo").string();
    BOOST_REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    auto plug = start_plug({target.address()}, {"--log-to", fifo, "--log-connections"});
    BOOST_TEST(ask_names(plug.port(), 20).size() == 20U);
    BOOST_TEST(plug.says("write to " + literally(fifo) + ": "));
    const descriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    std::string text;
    BOOST_TEST(eventually([&] {
        BOOST_TEST(ask_name(plug.port()) == "target");
        std::array<char, 4096> buffer{};
        const auto got = read(reader.number(), buffer.data(), buffer.size());
        text.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        return count_matches(text, "Complete\\.\n") > 0;
    }));
    BOOST_TEST(count_matches(text, "lines lost that this file did not take: \\d+\n") == 1U, text);
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), literally(fifo)) == 1U, plug.errors());
}

BOOST_AUTO_TEST_CASE(syslog_is_used_in_the_foreground_where_it_is_asked_for,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("Windows has no syslog")) {
    named_server target("target");
    system_log log;
    auto plug = start_plug({target.address()}, {"--log-to", "syslog", "--log-connections"},
                           {.devices = log.devices()});
    BOOST_TEST(log.has("^<29>.* plug\\[\\d+\\]: .*Plugdaemon started\\."));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(plug.errors() == "");
}

BOOST_AUTO_TEST_CASE(the_journal_gets_each_line_with_the_fields_of_its_event,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("Windows has no journal")) {
    in_own_runtime_files(true, [](message_socket* journal) {
        named_server target("target");
        auto plug = start_plug({target.address()}, {"--log-to", "journal", "--log-connections"});
        BOOST_TEST(ask_name(plug.port(), "127.0.0.21") == "target");
        const std::string port = std::to_string(plug.port());
        BOOST_TEST(journal->has("MESSAGE=.*Plugdaemon started\\.\nPRIORITY=5\n"));
        BOOST_TEST(journal->has(
            "MESSAGE=.*Complete\\.\nPRIORITY=5\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=plug\n"
            "PLUG_EVENT_ID=111\nPLUG_EVENT=session_ended\nPLUG_NAME=" +
            port + "\nPLUG_LISTEN_PORT=" + port + "\nPLUG_TARGET=" + literally(target.address()) +
            "\nPLUG_CLIENT=127\\.0\\.0\\.21:\\d+\n"));
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(plug.errors() == "");
    });
}

BOOST_AUTO_TEST_CASE(without_a_journal_the_log_goes_to_standard_error,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("Windows has no journal")) {
    in_own_runtime_files(false, [](message_socket*) {
        named_server target("target");
        auto plug = start_plug({target.address()}, {"--log-to", "journal", "--log-connections"});
        BOOST_TEST(plug.says("plug\\[\\d+\\]: .*Plugdaemon started\\."));
    });
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_not_standard_error_is_no_reason_to_use_the_journal,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("Windows has no journal")) {
    in_own_runtime_files(true, [](message_socket* journal) {
        named_server target("target");
        auto plug = start_plug({target.address()}, {"--log-connections"},
                               {.environment = {"JOURNAL_STREAM=1:1"}});
        BOOST_TEST(plug.says("Plugdaemon started\\."));
        BOOST_TEST(journal->messages().empty());
    });
}

BOOST_AUTO_TEST_SUITE_END()
