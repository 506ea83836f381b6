// Sessions whose targets are reached through an HTTPS proxy, over the scripted transport.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;

} // namespace

BOOST_AUTO_TEST_SUITE(session_proxy)

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_reached_marks_no_target) {
    scripted_plug scripted(config_via_proxy(3));
    fail_connects(scripted, {proxy_address}, refused);
    scripted.start();
    scripted.start();
    BOOST_TEST(scripted.net.connects.size() == 2U); // no other target would fare better
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    const auto down = scripted.events.of<plug::proxy_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(down.front().proxy == "10.9.9.9:3128");
    BOOST_TEST(down.front().reason == refused.message());
    BOOST_TEST(scripted.records().size() == 2U);
    BOOST_TEST((scripted.records().front().end == session_end::no_target));
}

BOOST_AUTO_TEST_CASE(a_proxy_that_returns_is_told_once) {
    scripted_plug scripted(config_via_proxy(1));
    fail_connects(scripted, {proxy_address}, refused);
    scripted.start();
    scripted.net.on_connect = [](far_end& remote) { remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}}; };
    scripted.start();
    scripted.start();
    BOOST_TEST(scripted.events.of<plug::proxy_up>().size() == 1U);
    BOOST_TEST(scripted.net.relays.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_target_that_the_proxy_does_not_reach_is_followed_by_the_next) {
    scripted_plug scripted(config_via_proxy(2));
    scripted.net.on_connect = [&](far_end& remote) {
        const bool first = scripted.net.connects.size() == 1;
        remote.says = {{first ? "HTTP/1.1 502 Bad Gateway\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n"}};
    };
    scripted.start();
    BOOST_TEST_REQUIRE(scripted.net.connects.size() == 2U);
    BOOST_TEST(scripted.net.connects[1]->heard.starts_with("CONNECT 10.0.0.2:80 "));
    const auto down = scripted.events.of<plug::target_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(*down.front().target == "10.0.0.1:80");
    BOOST_TEST(down.front().action == "CONNECT through 10.9.9.9:3128 to");
    BOOST_TEST(down.front().reason == "HTTP/1.1 502 Bad Gateway");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_of_the_clients_is_sent_before_the_proxy_says_200) {
    scripted_plug scripted(config_via_proxy(1));
    scripted.start();
    BOOST_TEST(scripted.net.relays.empty());
    BOOST_TEST(scripted.net.connects.at(0)->heard ==
               "CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_proxy_with_a_name_that_refuses_a_target_is_not_looked_up_again) {
    auto config = config_via_proxy(2);
    config.via->server = {"localhost", 3128, {}};
    config.resolve_names = true;
    scripted_plug scripted(std::move(config));
    scripted.plug->proxy()->resolved_to({proxy_address});
    scripted.net.on_connect = [](far_end& remote) { remote.says = {{"HTTP/1.1 502 Bad\r\n\r\n"}}; };
    scripted.start();
    BOOST_TEST((only_record(scripted).end == session_end::no_target));
    BOOST_TEST(scripted.route() == "9 9");
}

BOOST_AUTO_TEST_CASE(a_proxy_with_a_name_that_cannot_be_reached_is_looked_up_again) {
    auto config = config_via_proxy(1);
    config.via->server = {"localhost", 3128, {}};
    config.resolve_names = true;
    scripted_plug scripted(std::move(config));
    scripted.plug->proxy()->resolved_to({proxy_address});
    scripted.net.on_connect = [](far_end& remote) {
        if (remote.address == proxy_address) {
            remote.answer = refused;
        }
        remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}};
    };
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(100ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::proxy_down>().empty());
}

BOOST_AUTO_TEST_SUITE_END()
