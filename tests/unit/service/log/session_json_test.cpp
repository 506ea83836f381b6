#include "service/log/record_json.hpp"
#include "tests/support/process/environment.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

namespace {

namespace json = boost::json;
using boost::asio::ip::make_address;

plug::session_record record() {
    plug::session_record session;
    session.listener =
        std::make_shared<const plug::listener_label>(plug::listener_label{"web", "10.0.0.1", 8080});
    session.client = {make_address("2001:db8::7"), 40000};
    session.target = std::make_shared<const std::string>("10.0.0.2:80");
    session.from_client = 123;
    session.from_target = 4'567'890'123;
    session.until_connected = std::chrono::microseconds(250);
    session.duration = std::chrono::seconds(3661);
    // 2024-02-29 23:59:58.000042 UTC
    session.ended_at =
        std::chrono::system_clock::from_time_t(1709251198) + std::chrono::microseconds(42);
    session.end = plug::session_end::target_failed;
    session.ended_by = plug::session_party::target;
    session.phase = plug::session_phase::relaying;
    session.picked = plug::pick_reason::backup;
    session.failed_attempts = 2;
    session.error = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
    return session;
}

std::string line_of(const plug::session_record& what) {
    plug::session_json_format format(4711);
    std::string line;
    format.append_to(line, what);
    return line;
}

json::object read(const std::string& line) { return json::parse(line).as_object(); }

std::string text_of(const json::object& object, const char* name) {
    return json::value_to<std::string>(object.at(name));
}

std::string as_json(std::string_view text) {
    std::string quoted;
    plug::append_json_text(quoted, text);
    return quoted;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_json)

BOOST_AUTO_TEST_CASE(all_that_is_known_of_a_session_is_one_object_on_one_line) {
    const auto line = line_of(record());
    BOOST_TEST(line.find('\n') == line.size() - 1);
    const auto object = read(line);
    BOOST_TEST(object.at("process").to_number<int>() == 4711);
    BOOST_TEST(text_of(object, "plug") == "web");
    BOOST_TEST(text_of(object, "listen_address") == "10.0.0.1");
    BOOST_TEST(object.at("listen_port").to_number<int>() == 8080);
    BOOST_TEST(text_of(object, "client_address") == "2001:db8::7");
    BOOST_TEST(object.at("client_port").to_number<int>() == 40000);
    BOOST_TEST(text_of(object, "target") == "10.0.0.2:80");
    BOOST_TEST(object.at("bytes_from_client").to_number<std::int64_t>() == 123);
    BOOST_TEST(object.at("bytes_from_target").to_number<std::int64_t>() == 4'567'890'123);
    BOOST_TEST(object.at("connected_after_us").to_number<int>() == 250);
    BOOST_TEST(object.at("duration_us").to_number<std::int64_t>() == 3'661'000'000);
    BOOST_TEST(text_of(object, "end") == "target failed");
    BOOST_TEST(text_of(object, "ended_by") == "target");
    BOOST_TEST(text_of(object, "phase") == "relaying");
    BOOST_TEST(text_of(object, "picked") == "backup");
    BOOST_TEST(object.at("failed_attempts").to_number<int>() == 2);
    BOOST_TEST(text_of(object, "error") == record().error.message());
}

BOOST_AUTO_TEST_CASE(the_end_has_microseconds_and_the_zone_of_this_machine) {
    const plug::test::time_zone east("XXX-5:30");
    BOOST_TEST(text_of(read(line_of(record())), "ended_at") == "2024-03-01T05:29:58.000042+05:30");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null_and_never_left_out) {
    auto session = record();
    session.listener = nullptr;
    session.target = nullptr;
    session.until_connected = {};
    session.error = {};
    const auto object = read(line_of(session));
    BOOST_TEST(object.size() == read(line_of(record())).size());
    for (const auto* name :
         {"plug", "listen_address", "listen_port", "target", "connected_after_us", "error"}) {
        BOOST_TEST(object.at(name).is_null(), name);
    }
}

BOOST_AUTO_TEST_CASE(a_listener_on_all_addresses_has_none) {
    auto session = record();
    session.listener =
        std::make_shared<const plug::listener_label>(plug::listener_label{"web", "", 8080});
    BOOST_TEST(read(line_of(session)).at("listen_address").is_null());
}

BOOST_AUTO_TEST_CASE(a_text_can_neither_end_its_string_nor_the_line) {
    BOOST_TEST(as_json("a\"b\\c") == R"("a\"b\\c")");
    BOOST_TEST(as_json("a\n\x1b[1m\xff") == R"("a\\x0a\\x1b[1m\\xff")");
    const std::string all = [] {
        std::string bytes;
        for (int byte = 0; byte < 256; ++byte) {
            bytes += static_cast<char>(byte);
        }
        return bytes;
    }();
    BOOST_TEST(json::parse(as_json(all)).is_string());
}

BOOST_AUTO_TEST_SUITE_END()
