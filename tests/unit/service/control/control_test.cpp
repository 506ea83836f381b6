// What the control channel understands, and what it says.
#include "service/control/control.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using plug::control_actions;
using plug::reload_report;

std::string answer_to(const std::string& request, const control_actions& actions,
                      std::size_t portion = 1000, bool may_change = true) {
    const auto made = plug::make_control_request(actions, {may_change, "user 1000"});
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
    const control_actions actions{[&](bool) { return told; }};
    const auto request = plug::control_request_text("POST", "/reload");
    for (const std::size_t portion : {1, 7, 1000}) {
        const auto read = plug::read_reload_reply(answer_to(request, actions, portion));
        BOOST_TEST(read.done);
        BOOST_TEST(read.changes == told.changes, boost::test_tools::per_element());
        BOOST_TEST(read.waiting == told.waiting, boost::test_tools::per_element());
        BOOST_TEST(read.problems.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_reload_that_changes_very_much_has_a_reply_that_is_taken) {
    reload_report told{true, {}, {}, {}};
    for (int number = 0; number < 20'000; ++number) {
        told.changes.push_back("[plug.web] + target = \"" + std::to_string(number) + "\"");
    }
    told.problems.assign(3, std::string(200'000, '"'));
    const control_actions actions{[&](bool) { return told; }};
    const auto reply = answer_to(plug::control_request_text("POST", "/reload"), actions);
    BOOST_TEST(reply.size() < plug::platform::most_reply_bytes);
    const auto read = plug::read_reload_reply(reply);
    BOOST_TEST(read.done);
    BOOST_TEST(read.changes.front() == told.changes.front());
    const auto whole = read.changes.size() - 2;
    BOOST_TEST(whole > 1000U);
    BOOST_TEST(read.changes.back() ==
               std::to_string(told.changes.size() - whole - 1) + " more; the log has all of them");
    BOOST_TEST(read.problems.back() == "2 more; the log has all of them");
}

BOOST_AUTO_TEST_CASE(the_names_of_the_plugs_are_read_as_they_were_sent) {
    const std::vector<std::string> names{"web", "with \"quotes\"", "443"};
    control_actions actions;
    actions.plugs = [&] { return names; };
    const auto request = plug::control_request_text("GET", "/plugs");
    const auto read = plug::read_plugs_reply(answer_to(request, actions));
    BOOST_REQUIRE(read.value.has_value());
    BOOST_TEST(*read == names, boost::test_tools::per_element());
    BOOST_TEST(status_of("POST /plugs HTTP/1.1\r\n\r\n", actions) == "HTTP/1.1 405");
    BOOST_TEST(!plug::read_plugs_reply("HTTP/1.1 404 No\r\n\r\n").value.has_value());
}

BOOST_AUTO_TEST_CASE(what_nobody_understands_is_refused_and_reloads_nothing) {
    int reloads = 0;
    const control_actions actions{[&](bool) {
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
    const control_actions actions{
        [](bool) -> reload_report { throw std::runtime_error("no memory"); }};
    const auto reply = answer_to(plug::control_request_text("POST", "/reload"), actions);
    BOOST_TEST(reply.starts_with("HTTP/1.1 500"));
    const auto read = plug::read_reload_reply(reply);
    BOOST_TEST(!read.done);
    BOOST_TEST((read.problems.front().find("no memory") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_reload_is_done_aside_and_nothing_else_is) {
    std::vector<std::function<void()>> aside;
    int reloads = 0;
    control_actions actions{[&](bool) {
        ++reloads;
        return reload_report{true, {"a"}, {}, {}};
    }};
    actions.aside = [&](std::function<void()> act) { aside.push_back(std::move(act)); };
    int ready = 0;
    const auto asking = [&](const char* method, const char* target) {
        auto made = plug::make_control_request(actions, {true, "user 0"});
        BOOST_TEST(made->take(plug::control_request_text(method, target)));
        made->prepare([&] { ++ready; });
        return made;
    };
    const auto reload = asking("POST", "/reload?empty=true");
    BOOST_TEST(ready == 0);
    BOOST_TEST(reloads == 0);
    const auto other = asking("GET", "/explain");
    BOOST_TEST(ready == 1);
    BOOST_TEST_REQUIRE(aside.size() == 1U);
    aside.front()();
    BOOST_TEST(ready == 2);
    BOOST_TEST(plug::read_reload_reply(reload->answer()).done);
    BOOST_TEST(reloads == 1);
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

BOOST_AUTO_TEST_CASE(an_explanation_is_asked_for_and_comes_back) {
    plug::explain_query heard;
    const control_actions actions{{}, [&](const plug::explain_query& asked) {
                                      heard = asked;
                                      plug::plug_explanation told;
                                      told.conf.name = asked.plug;
                                      return plug::parsed<plug::plug_explanation>::ok(told);
                                  }};
    const plug::explain_query asked{"a b", boost::asio::ip::make_address("::1")};
    const auto request = plug::control_request_text("GET", to_text(asked));
    for (const std::size_t portion : {1, 1000}) {
        const auto read = plug::read_explain_reply(answer_to(request, actions, portion));
        BOOST_TEST(read.problem.empty());
        BOOST_TEST(read.json.starts_with("{\"plug\":\"a b\""));
    }
    BOOST_TEST(heard.plug == asked.plug);
    BOOST_TEST(heard.client == asked.client);
}

BOOST_AUTO_TEST_CASE(a_question_without_an_answer_is_told_apart_from_a_bad_one) {
    const control_actions actions{{}, [](const plug::explain_query&) {
                                      return plug::parsed<plug::plug_explanation>::bad("no such");
                                  }};
    const auto ask = [&](const std::string& method, const std::string& target) {
        return plug::read_explain_reply(
            answer_to(plug::control_request_text(method, target), actions));
    };
    const auto unknown = ask("GET", "/explain?plug=a&client=::1");
    BOOST_TEST(unknown.problem == "no such");
    BOOST_TEST(unknown.is_unknown);
    for (const char* bad :
         {"/explain", "/explain?", "/explain?plug=a", "/explain?plug=a&client=b"}) {
        BOOST_TEST(!ask("GET", bad).problem.empty());
        BOOST_TEST(!ask("GET", bad).is_unknown);
    }
    BOOST_TEST(ask("POST", "/explain?plug=a&client=::1").problem == "/explain takes GET");
    BOOST_TEST(ask("GET", "/explained").problem.starts_with("there are"));
}

BOOST_AUTO_TEST_CASE(a_reply_that_answers_no_question_is_a_problem) {
    for (const std::string reply : {"", "hello", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{x}",
                                    "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}"}) {
        const auto read = plug::read_explain_reply(reply);
        BOOST_TEST(read.json.empty());
        BOOST_TEST(!read.problem.empty());
    }
}

BOOST_AUTO_TEST_CASE(who_may_only_look_reloads_nothing_and_hears_why) {
    int reloads = 0;
    const control_actions actions{
        [&](bool) {
            ++reloads;
            return reload_report{true, {}, {}, {}};
        },
        [](const plug::explain_query&) { return plug::parsed<plug::plug_explanation>::ok({}); },
        [] {
            return plug::held_addresses{7, {}};
        }};
    for (const auto target : {plug::reload_path, plug::reload_to_empty}) {
        const auto request = plug::control_request_text("POST", std::string(target));
        const auto reply = answer_to(request, actions, 1000, false);
        BOOST_TEST(reply.starts_with("HTTP/1.1 403"));
        const auto read = plug::read_reload_reply(reply);
        BOOST_TEST(read.is_refused);
        BOOST_TEST(!read.done);
        BOOST_REQUIRE(read.problems.size() == 1U);
        BOOST_TEST((read.problems.front().find("not for user 1000") != std::string::npos));
        BOOST_TEST(reloads == 0);
        BOOST_TEST(!plug::read_reload_reply(answer_to(request, actions)).is_refused);
        BOOST_TEST(std::exchange(reloads, 0) == 1);
    }
    const auto ask = [&](const std::string& target) {
        return answer_to(plug::control_request_text("GET", target), actions, 1000, false);
    };
    BOOST_TEST(ask("/explain?plug=a&client=::1").starts_with("HTTP/1.1 200"));
    BOOST_TEST(plug::read_addresses_reply(ask("/addresses"))->process == 7U);
}

BOOST_AUTO_TEST_CASE(a_reload_to_a_file_without_a_plug_is_one_that_is_asked_for) {
    std::vector<bool> asked;
    const control_actions actions{[&](bool may_be_empty) {
        asked.push_back(may_be_empty);
        return reload_report{};
    }};
    for (const auto target : {plug::reload_path, plug::reload_to_empty}) {
        answer_to(plug::control_request_text("POST", std::string(target)), actions);
    }
    BOOST_TEST((asked == std::vector<bool>{false, true}));
    BOOST_TEST(status_of("POST /reload?empty=false HTTP/1.1\r\n\r\n", actions) == "HTTP/1.1 404");
    BOOST_TEST(asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_addresses_come_back_as_they_were_told) {
    const plug::held_addresses held{42,
                                    {*plug::parse_listen("80").value,
                                     *plug::parse_listen("127.0.0.1:81").value,
                                     *plug::parse_listen("[::1]:82").value}};
    const control_actions actions{{}, {}, [&] { return held; }};
    const auto read = plug::read_addresses_reply(
        answer_to(plug::control_request_text("GET", "/addresses"), actions));
    BOOST_REQUIRE(read.value.has_value());
    BOOST_TEST(read->process == 42U);
    BOOST_TEST((read->addresses == held.addresses));
    BOOST_TEST(status_of("POST /addresses HTTP/1.1\r\n\r\n", actions) == "HTTP/1.1 405");
    for (const std::string reply : {"", "hello", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}",
                                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}) {
        BOOST_TEST(!plug::read_addresses_reply(reply).value.has_value());
    }
}

BOOST_AUTO_TEST_CASE(json_from_a_plug_moves_no_terminal) {
    const std::string body = "{\"a\":\"\xc2\x9b"
                             "31m\x7f\xe2\x80\xae\\u001b]0;\\u0007 \xc3\xa4\"}";
    const auto read = plug::read_explain_reply(
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    BOOST_TEST(read.problem == "");
    BOOST_TEST(read.json == "{\"a\":\"\\u009b31m\\u007f\\u202e\\u001b]0;\\u0007 \xc3\xa4\"}");
}

BOOST_AUTO_TEST_SUITE_END()
