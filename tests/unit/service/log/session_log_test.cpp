#include "service/log/record_file.hpp"
#include "tests/support/process/environment.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace {

using boost::asio::ip::make_address;
using plug::test::read_file;
using plug::test::temporary_directory;
using plug::test::time_zone;

plug::session_record record(std::string address = "") {
    plug::session_record session;
    session.listener = std::make_shared<const plug::listener_label>(
        plug::listener_label{"web", std::move(address), 8080});
    session.client = {make_address("192.0.2.7"), 40000};
    session.target = std::make_shared<const std::string>("10.0.0.1:80");
    session.from_client = 123;
    session.from_target = 4'567'890'123;
    session.duration = std::chrono::seconds(3661);
    // 2024-02-29 23:59:58 UTC
    session.ended_at = std::chrono::system_clock::from_time_t(1709251198);
    return session;
}

std::string line_of(const plug::session_record& what) {
    plug::session_line_format format(4711);
    std::string line;
    format.append_to(line, what);
    return line;
}

std::string from_of(const std::string& address) {
    const auto line = line_of(record(address));
    const std::string before = "plug[4711] ";
    const auto start = line.find(before) + before.size();
    return line.substr(start, line.find(' ', start) - start);
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_log)

BOOST_AUTO_TEST_CASE(the_line_is_that_of_2x) {
    const time_zone utc("UTC0");
    BOOST_TEST(line_of(record()) == "[2024-02-29 23:59:58] plug[4711] 8080 192.0.2.7 10.0.0.1:80 "
                                    "123 4567890123 3661000000\n");
}

BOOST_AUTO_TEST_CASE(the_time_is_local) {
    const time_zone east("XXX-2");
    BOOST_TEST(line_of(record()).starts_with("[2024-03-01 01:59:58] "));
}

BOOST_AUTO_TEST_CASE(each_line_has_the_time_of_its_own_session) {
    const time_zone utc("UTC0");
    plug::session_line_format format(1);
    std::string lines;
    auto session = record();
    for (int second = 0; second < 3; ++second) {
        format.append_to(lines, session);
        session.ended_at += std::chrono::seconds(1);
    }
    BOOST_TEST(lines.find("[2024-02-29 23:59:58]") == 0U);
    BOOST_TEST(lines.find("\n[2024-02-29 23:59:59]") != std::string::npos);
    BOOST_TEST(lines.find("\n[2024-03-01 00:00:00]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(from_is_the_port_or_address_and_port_with_ipv6_in_brackets) {
    BOOST_TEST(from_of("") == "8080");
    BOOST_TEST(from_of("127.0.0.1") == "127.0.0.1:8080");
    BOOST_TEST(from_of("::1") == "[::1]:8080");
    BOOST_TEST(from_of("[::1]") == "[::1]:8080");
}

BOOST_AUTO_TEST_CASE(an_ipv6_client_stands_without_brackets_as_it_has_no_port) {
    auto session = record();
    session.client = {make_address("2001:db8::7"), 40000};
    session.target = std::make_shared<const std::string>("[2001:db8::1]:80");
    BOOST_TEST(line_of(session).find(" 2001:db8::7 [2001:db8::1]:80 ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_session_without_a_target_keeps_the_columns) {
    auto session = record();
    session.target = nullptr;
    BOOST_TEST(line_of(session).find(" 192.0.2.7 - 123 ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_go_to_the_file_and_follow_its_name) {
    const temporary_directory directory;
    plug::session_log log(directory / "sessions");
    BOOST_TEST(!log.open());
    BOOST_TEST(!log.append("one\n"));
    std::filesystem::rename(directory / "sessions", directory / "sessions.1");
    BOOST_TEST(!log.append("two\n"));
    BOOST_TEST(read_file(directory / "sessions.1") == "one\n");
    BOOST_TEST(read_file(directory / "sessions") == "two\n");
    BOOST_TEST(log.name() == (directory / "sessions").string());
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_made_is_an_error) {
    const temporary_directory directory;
    plug::session_log log(directory.path() / "none" / "sessions");
    BOOST_TEST(log.open().failed());
    BOOST_TEST(log.append("lost\n").failed());
}

BOOST_AUTO_TEST_CASE(a_dash_is_standard_output_and_no_file) {
    plug::session_log log("-");
    BOOST_TEST(!log.open());
    BOOST_TEST(log.name() == "standard output");
    BOOST_TEST(!std::filesystem::exists("-"));
}

BOOST_AUTO_TEST_SUITE_END()
