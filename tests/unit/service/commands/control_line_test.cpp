// The command lines of the commands that talk to a plug that runs.
#include "tests/unit/service/options/line_support.hpp"

#include "platform/control_channel.hpp"

using namespace plug::test;

BOOST_AUTO_TEST_SUITE(control_line)

BOOST_AUTO_TEST_CASE(explain_takes_a_plug_and_a_client) {
    const auto made = std::get<plug::explain_command>(parse("explain web ::ffff:10.0.0.7"));
    BOOST_TEST(made.asked.plug == "web");
    BOOST_TEST(made.asked.client == boost::asio::ip::make_address("10.0.0.7"));
    BOOST_TEST(made.place == plug::platform::default_control_place("plugdaemon"));
    BOOST_TEST(!made.json);
}

BOOST_AUTO_TEST_CASE(explain_asks_where_it_is_told_to) {
    const auto made =
        std::get<plug::explain_command>(parse("explain --json 443 ::1 --control /run/x"));
    BOOST_TEST(made.place == "/run/x");
    BOOST_TEST(made.json);
    BOOST_TEST(std::get<plug::explain_command>(parse("explain a ::1 --name other")).place ==
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

BOOST_AUTO_TEST_CASE(reload_takes_no_word) {
    BOOST_TEST(has(reasons("reload web"), "web: is not expected"));
    BOOST_TEST(std::get<plug::reload_command>(parse("reload --control /run/x")).place == "/run/x");
    BOOST_TEST(!std::get<plug::reload_command>(parse("reload")).may_be_empty);
    BOOST_TEST(std::get<plug::reload_command>(parse("reload --empty")).may_be_empty);
}

BOOST_AUTO_TEST_SUITE_END()
