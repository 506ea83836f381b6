// `plug demo`: what a newcomer sees first.
#include "tests/support/net/listener.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/net/stream.hpp"
#include "tests/support/process/program.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>
#include <set>
#include <stdexcept>
#include <string>

using namespace plug::test;

namespace {

/// The body of the answer to one HTTP request.
std::string ask(std::uint16_t port, const std::string& method, const std::string& path) {
    auto client = stream::connect("127.0.0.1", port);
    client.send(method + " " + path + " HTTP/1.1\r\nHost: demo\r\nContent-Length: 0\r\n\r\n");
    const auto answer = client.receive_to_end();
    BOOST_TEST(answer.end == stream_end::orderly);
    BOOST_TEST(answer.bytes.starts_with("HTTP/1.1 200"), answer.bytes);
    return answer.bytes.substr(answer.bytes.find("\r\n\r\n") + 4);
}

/// The port behind `before` in what the demo prints.
std::uint16_t port_behind(const program& demo, const std::string& before) {
    const std::regex line(before + R"(127\.0\.0\.1:(\d+))");
    std::smatch found;
    std::string output;
    const bool printed = eventually([&] {
        output = demo.output();
        return std::regex_search(output, found, line);
    });
    if (!printed)
        throw std::runtime_error("the demo printed no port: " + output);
    return static_cast<std::uint16_t>(std::stoi(found[1]));
}

std::set<std::string> names_seen(std::uint16_t plug, int requests) {
    std::set<std::string> names;
    for (int i = 0; i < requests; ++i)
        names.insert(ask(plug, "GET", "/"));
    return names;
}

const std::set<std::string> all{"one\n", "two\n", "three\n"};

} // namespace

BOOST_AUTO_TEST_SUITE(demo)

BOOST_AUTO_TEST_CASE(it_ends_by_itself_after_one_target_went_away_and_came_back) {
    program demo({"demo", "--port", "0", "--seconds", "3"});
    BOOST_TEST(demo.exit_code() == 0);
    const auto output = demo.output();
    BOOST_TEST(count_matches(output, "two is down: ") == 1U, output);
    BOOST_TEST(count_matches(output, "two is back") == 1U, output);
    BOOST_TEST(count_matches(output, "none lost") == 1U, output);
    BOOST_TEST(count_matches(output, "session .*-> one, .*completed") > 0U, output);
    BOOST_TEST(demo.errors() == "");
}

BOOST_AUTO_TEST_CASE(each_client_reaches_another_target) {
    program demo({"demo", "--port", "0"});
    const auto plug = port_behind(demo, "plug +http://");
    BOOST_TEST(names_seen(plug, 3) == all, boost::test_tools::per_element());
    BOOST_TEST(demo.stop() == 0);
    BOOST_TEST(count_matches(demo.output(), "session .*completed") == 3U, demo.output());
}

BOOST_AUTO_TEST_CASE(a_target_goes_away_and_comes_back_by_its_control_port) {
    program demo({"demo", "--port", "0"});
    const auto plug = port_behind(demo, "plug +http://");
    const auto control = port_behind(demo, "one .*control port: ");
    BOOST_TEST(ask(control, "POST", "/stop") == "one refuses clients now\n");
    const std::set<std::string> others{"two\n", "three\n"};
    BOOST_TEST(names_seen(plug, 6) == others, boost::test_tools::per_element());
    BOOST_TEST(ask(control, "POST", "/start") == "one listens again\n");
    BOOST_TEST(eventually([&] { return ask(plug, "GET", "/") == "one\n"; }));
    BOOST_TEST(names_seen(plug, 3) == all, boost::test_tools::per_element());
    BOOST_TEST(demo.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_told_and_ends_in_69) {
    listener taken;
    program demo({"demo", "--port", std::to_string(taken.port())});
    BOOST_TEST(demo.exit_code() == 69);
    BOOST_TEST(count_matches(demo.errors(), "127\\.0\\.0\\.1:" + std::to_string(taken.port())) ==
                   1U,
               demo.errors());
    BOOST_TEST(demo.output() == "");
}

BOOST_AUTO_TEST_SUITE_END()
