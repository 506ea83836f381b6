// The command lines of the commands that talk to a plug that runs.
#include "platform/control_channel.hpp"
#include "service/commands/explain.hpp"
#include "service/commands/reload.hpp"
#include "tests/unit/service/options/line_support.hpp"

using namespace plug::test;

static plug::explain_request explain(const std::string& line) {
    return std::get<plug::explain_request>(plug::read_explain(words_of(line)));
}

static plug::reload_request reload(const std::string& line) {
    return std::get<plug::reload_request>(plug::read_reload(words_of(line)));
}

BOOST_AUTO_TEST_SUITE(control_line)

BOOST_AUTO_TEST_CASE(explain_takes_a_plug_and_a_client) {
    const auto made = explain("web ::ffff:10.0.0.7");
    BOOST_TEST(made.asked.plug == "web");
    BOOST_TEST(made.asked.client == boost::asio::ip::make_address("10.0.0.7"));
    BOOST_TEST(made.place == plug::platform::default_control_place("plugdaemon"));
    BOOST_TEST(!made.json);
}

BOOST_AUTO_TEST_CASE(explain_asks_where_it_is_told_to) {
    const auto made = explain("--json 443 ::1 --control /run/x");
    BOOST_TEST(made.place == "/run/x");
    BOOST_TEST(made.json);
    BOOST_TEST(explain("a ::1 --name other").place ==
               plug::platform::default_control_place("other"));
}

BOOST_AUTO_TEST_CASE(what_explain_cannot_use_is_told_with_what_it_takes) {
    for (const char* line : {"explain", "explain web", "explain web 10.0.0.7 more"}) {
        BOOST_TEST(
            has(reasons(line), "explain: takes the name of a plug and the address of a client"));
    }
    BOOST_TEST(has(reasons("explain web somebody"), "somebody: "));
    BOOST_TEST(has(reasons("explain web ::1 --jsn"), "did you mean --json"));
    BOOST_TEST(refusal("explain").exit_code == 64);
}

BOOST_AUTO_TEST_CASE(a_list_is_of_all_plugs_or_of_the_targets_of_one) {
    BOOST_TEST(explain("--list").list);
    BOOST_TEST(explain("--list").asked.plug == "");
    BOOST_TEST(explain("--list web").asked.plug == "web");
    BOOST_TEST(!explain("web ::1").list);
    BOOST_TEST(has(reasons("explain --list web ::1"), "::1: is not expected"));
    BOOST_TEST(has(reasons("explain --list --json"), "--json: means nothing beside --list"));
}

BOOST_AUTO_TEST_CASE(reload_takes_no_word) {
    BOOST_TEST(has(reasons("reload web"), "web: is not expected"));
    BOOST_TEST(reload("--control /run/x").place == "/run/x");
    BOOST_TEST(!reload("").may_be_empty);
    BOOST_TEST(reload("--empty").may_be_empty);
}

BOOST_AUTO_TEST_SUITE_END()
