// Session records as JSON, and that they wait for no other log.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;

namespace {

constexpr const char* time_of_end = R"("\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d")";

/// Waits for that many lines in `file` and gives the last one.
std::string last_line(const std::filesystem::path& file, std::size_t count) {
    std::string text;
    BOOST_TEST(eventually([&] {
        text = read_file(file);
        return count_matches(text, "\n") >= count;
    }));
    BOOST_REQUIRE(text.ends_with('\n'));
    text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

void matches(const std::string& line, const std::string& expression) {
    BOOST_TEST(boost::regex_match(line, boost::regex(expression)), line);
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_formats)

BOOST_AUTO_TEST_CASE(a_session_is_one_json_object_with_all_that_is_known_of_it) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({target.address()}, {"--session-log", file, "--session-format", "json"});
    BOOST_TEST(ask_name(plug.port(), "127.0.0.21") == "target");
    const std::string port = std::to_string(plug.port());
    matches(last_line(file, 1),
            "\\{\"ended_at\":" + std::string(time_of_end) + ",\"process\":\\d+,\"plug\":\"" + port +
                "\",\"listen_address\":\"127\\.0\\.0\\.1\",\"listen_port\":" + port +
                ",\"client_address\":\"127\\.0\\.0\\.21\",\"client_port\":\\d+,\"target\":\"" +
                literally(target.address()) +
                "\",\"bytes_from_client\":\\d+,\"bytes_from_target\":\\d+,"
                "\"connected_after_us\":\\d+,\"duration_us\":\\d+,\"end\":\"completed\","
                "\"ended_by\":\"\\w+\",\"phase\":\"relaying\",\"picked\":\"rotation\","
                "\"failed_attempts\":0,\"error\":null\\}");
}

BOOST_AUTO_TEST_CASE(json_tells_who_ended_a_session_and_in_which_phase) {
    listener front;
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({front.address()}, {"--session-log", file, "--session-format", "json"});
    {
        stream client = plug.connect();
        stream target = front.accept();
        client.send("abc");
        BOOST_TEST(target.receive(3) == "abc");
        client.reset();
        BOOST_TEST(target.receive_to_end().end == stream_end::reset);
    }
    matches(last_line(file, 1),
            ".*\"bytes_from_client\":3,.*\"end\":\"client failed\",\"ended_by\":"
            "\"client\",\"phase\":\"relaying\",.*\"error\":\".+\"\\}");
    front.close();
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    matches(last_line(file, 2), ".*\"connected_after_us\":null,.*\"end\":\"no target\",.*\"phase\":"
                                "\"connecting\",.*\\}");
}

BOOST_AUTO_TEST_CASE(a_format_without_a_session_log_is_refused) {
    program plug({"run", "127.0.0.1:1", "127.0.0.1:2", "--session-format", "json"});
    BOOST_TEST(plug.exit_code() == 64);
    BOOST_TEST(plug.says("--session-format.*--session-log"));
}

BOOST_AUTO_TEST_CASE(a_log_service_that_takes_nothing_holds_up_no_session_record,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("Windows has no syslog")) {
    named_server target("target");
    system_log log; // nobody reads it: its queue fills up
    temporary_directory directory;
    const auto file = directory / "sessions";
    const auto port = reserve_port();
    program plug({"-l", "-S", file, std::to_string(port), target.address()},
                 {.devices = log.devices()});
    BOOST_REQUIRE(plug.exit_code() == 0);
    constexpr std::size_t sessions = 1000;
    BOOST_TEST(ask_names(port, sessions).size() == sessions);
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == sessions; }));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
