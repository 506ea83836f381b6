// What the control channel understands, and what it says.
#include "service/control.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace {

using plug::control_actions;
using plug::reload_report;

std::string answer_to(const std::string& request, const control_actions& actions,
                      std::size_t portion = 1000) {
    const auto made = plug::make_control_request(actions);
    for (std::size_t at = 0; at < request.size(); at += portion) {
        if (made->take(std::string_view(request).substr(at, portion))) {
            return made->answer();
        }
    }
    return "not whole";
}

std::string status_of(const std::string& request, const control_actions& actions = {}) {
    return answer_to(request, actions).substr(0, 12);
}

} // namespace

BOOST_AUTO_TEST_SUITE(control)

BOOST_AUTO_TEST_CASE(what_a_reload_came_to_is_read_as_it_was_told) {
    const reload_report told{true, {"[plug.web] + retry = \"1s\"", "b"}, {"c"}, {}};
    const control_actions actions{[&] { return told; }};
    const auto request = plug::control_request_text("POST", "/reload");
    for (const std::size_t portion : {1, 7, 1000}) {
        const auto read = plug::read_reload_reply(answer_to(request, actions, portion));
        BOOST_TEST(read.done);
        BOOST_TEST(read.changes == told.changes, boost::test_tools::per_element());
        BOOST_TEST(read.waiting == told.waiting, boost::test_tools::per_element());
        BOOST_TEST(read.problems.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_nobody_understands_is_refused_and_reloads_nothing) {
    int reloads = 0;
    const control_actions actions{[&] {
        ++reloads;
        return reload_report{};
    }};
    BOOST_TEST(status_of("GET /reload HTTP/1.1\r\n\r\n", actions) == "HTTP/1.1 405");
    BOOST_TEST(status_of("POST / HTTP/1.1\r\n\r\n", actions) == "HTTP/1.1 404");
    BOOST_TEST(status_of("\x16\x03\x01hello\r\n\r\n", actions) == "HTTP/1.1 400");
    BOOST_TEST(status_of("POST /reload HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", actions) ==
               "HTTP/1.1 400");
    BOOST_TEST(status_of("POST /reload HTTP/1.1\r\nA: " + std::string(9000, 'a'), actions) ==
               "HTTP/1.1 400");
    BOOST_TEST(reloads == 0);
}

BOOST_AUTO_TEST_CASE(a_failure_within_is_told_and_not_the_end) {
    const control_actions actions{[]() -> reload_report { throw std::runtime_error("no memory"); }};
    const auto reply = answer_to(plug::control_request_text("POST", "/reload"), actions);
    BOOST_TEST(reply.starts_with("HTTP/1.1 500"));
    const auto read = plug::read_reload_reply(reply);
    BOOST_TEST(!read.done);
    BOOST_TEST((read.problems.front().find("no memory") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_none_is_a_problem) {
    for (const std::string reply :
         {"", "hello", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{x}", "HTTP/1.1 200 OK\r\n"}) {
        const auto read = plug::read_reload_reply(reply);
        BOOST_TEST(!read.done);
        BOOST_TEST(read.problems.size() == 1U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
