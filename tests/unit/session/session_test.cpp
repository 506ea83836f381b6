// A session from accept to its end, over the scripted transport: which targets it tries, and what
// is told of them.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;
using plug::session_phase;
using plug::platform::side;

} // namespace

BOOST_AUTO_TEST_SUITE(session)

// Choice of target and failures

BOOST_AUTO_TEST_CASE(a_client_is_relayed_to_its_target) {
    scripted_plug scripted(config_with(2));
    const auto client = scripted.start();
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST((scripted.net.relays.front()->client == client));
    BOOST_TEST((scripted.net.relays.front()->target == scripted.net.connects.at(0)));
    BOOST_TEST(scripted.connections() == 1U);
    BOOST_TEST(scripted.counted.sessions() == 1U);
    scripted.end_relay();
    BOOST_TEST((only_record(scripted).end == session_end::completed));
}

BOOST_AUTO_TEST_CASE(the_client_gets_the_next_target_when_the_first_refuses) {
    for (const auto& how :
         {refused, reset_by_peer, make_error_code(boost::asio::error::host_unreachable),
          make_error_code(boost::asio::error::network_unreachable)}) {
        scripted_plug scripted(config_with(3));
        fail_connects(scripted, {target_address(0), target_address(1)}, how);
        scripted.start();
        BOOST_TEST(scripted.route() == "1 2 3");
        BOOST_TEST(scripted.net.relays.size() == 1U);
        BOOST_TEST(scripted.plug->targets.connections(2) == 1U);
        BOOST_TEST(scripted.connections() == 1U);
        scripted.start(); // both that failed are down now
        BOOST_TEST(scripted.route() == "1 2 3 3");
    }
}

BOOST_AUTO_TEST_CASE(the_client_gets_the_next_target_when_the_first_does_not_answer) {
    auto config = config_with(2);
    config.connect_timeout = 700ms;
    scripted_plug scripted(std::move(config));
    fail_connects(scripted, {target_address(0)}, no_answer);
    scripted.start();
    scripted.net.advance(699ms);
    BOOST_TEST(scripted.route() == "1");
    scripted.net.advance(1ms);
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_is_closed_when_every_target_failed_once) {
    scripted_plug scripted(config_with(3));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    const auto client = scripted.start();
    BOOST_TEST(scripted.route() == "1 2 3");
    BOOST_TEST((client->now == far_end::state::closed));
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::no_target));
    BOOST_TEST((record.phase == session_phase::connecting));
}

BOOST_AUTO_TEST_CASE(when_all_are_down_the_next_client_tries_them_all_again) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    scripted.start();
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2 1 2");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sticky_client_returns_to_the_target_that_it_got) {
    auto config = config_with(3);
    config.affinity.enabled = true;
    scripted_plug scripted(std::move(config));
    scripted.start(at("192.0.2.1", 5000));
    scripted.start(at("192.0.2.2", 5000));
    scripted.start(at("192.0.2.1", 5001));
    scripted.start(at("::ffff:192.0.2.2", 5001));
    BOOST_TEST(scripted.route() == "1 2 1 2");
}

// What is told about targets

BOOST_AUTO_TEST_CASE(a_target_that_fails_is_named_once_with_what_was_done_and_why) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, refused);
    for (int each = 0; each < 5; ++each) {
        scripted.start();
    }
    const auto down = scripted.events.of<plug::target_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(*down.front().target == "10.0.0.1:80");
    BOOST_TEST(down.front().action == "connect to");
    BOOST_TEST(down.front().reason == refused.message());
    BOOST_TEST((down.front().listener == scripted.where->label));
}

BOOST_AUTO_TEST_CASE(a_target_that_returns_is_told_once) {
    auto config = config_with(2);
    config.retry = 10s;
    scripted_plug scripted(std::move(config));
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.net.on_connect = {};
    scripted.net.advance(10s);
    for (int each = 0; each < 4; ++each) {
        scripted.start();
    }
    const auto up = scripted.events.of<plug::target_up>();
    BOOST_TEST_REQUIRE(up.size() == 1U);
    BOOST_TEST(*up.front().target == "10.0.0.1:80");
}

BOOST_AUTO_TEST_CASE(each_failed_attempt_is_told_for_debugging) {
    scripted_plug scripted(config_with(3));
    fail_connects(scripted, {target_address(0), target_address(1)}, refused);
    scripted.start();
    const auto failed = scripted.events.of<plug::attempt_failed>();
    BOOST_TEST_REQUIRE(failed.size() == 2U);
    BOOST_TEST(*failed[1].target == "10.0.0.2:80");
    BOOST_TEST(failed[1].client == client_address);
    BOOST_TEST(failed[1].reason == refused.message());
}

BOOST_AUTO_TEST_CASE(no_failure_of_a_relay_marks_a_target) {
    for (const auto whose : {side::client, side::target}) {
        scripted_plug scripted(config_with(2));
        scripted.start();
        scripted.end_relay({reset_by_peer, whose});
        BOOST_TEST(scripted.events.of<plug::target_down>().empty());
        scripted.start();
        scripted.start();
        BOOST_TEST(scripted.route() == "1 2 1");
    }
}

// Names

BOOST_AUTO_TEST_CASE(a_name_that_leads_elsewhere_now_is_followed_for_the_same_client) {
    scripted_plug scripted(config_with_name());
    scripted.plug->target(0)->resolved_to({target_address(0)});
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(100ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.net.connects.back()->address.address().is_loopback());
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
}

BOOST_AUTO_TEST_CASE(
    a_name_whose_answers_change_for_ever_does_not_keep_a_client_from_the_next_target) {
    auto config = config_with_name();
    config.targets.push_back(plug::testing::numeric(target_address(8)));
    scripted_plug scripted(std::move(config));
    const auto name = scripted.plug->target(0);
    name->resolved_to({target_address(0)});
    scripted.net.on_connect = [&](far_end& remote) {
        if (remote.address != target_address(8)) { // the resolver answers with one of two in turn
            remote.answer = refused;
            name->resolved_to({target_address(scripted.net.connects.size() % 2 == 0 ? 0 : 1)});
        }
        BOOST_TEST_REQUIRE(scripted.net.connects.size() < 20U);
    };
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(5s);
    BOOST_TEST(scripted.net.connects.back()->address == target_address(8));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

// Many

BOOST_AUTO_TEST_CASE(ten_thousand_sessions_through_a_failing_target_leave_nothing_behind) {
    auto config = config_with(3);
    config.retry = 1ms;
    scripted_plug scripted(std::move(config));
    std::uint32_t number = 0;
    scripted.net.on_connect = [&](far_end& remote) {
        if (remote.address == target_address(1) && number % 100 < 50) {
            remote.answer = refused;
        }
    };
    for (number = 0; number < 10'000; ++number) {
        scripted.start();
        BOOST_REQUIRE(scripted.net.relays.size() == 1U);
        scripted.net.advance(100us);
        scripted.end_relay();
        scripted.net.connects.clear();
    }
    BOOST_TEST(scripted.records().size() == 10'000U);
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
    BOOST_TEST(scripted.events.of<plug::target_down>().size() == 100U);
    BOOST_TEST(scripted.events.of<plug::target_up>().size() == 100U);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_is_remembered_from_the_end_of_its_session_on) {
    auto config = config_with(2);
    config.affinity = {true, 2s, 10};
    scripted_plug scripted(config);
    scripted.start();
    scripted.net.advance(4s);
    scripted.end_relay();
    scripted.net.advance(1999ms);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 1");
    scripted.net.advance(4s);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 1 1");
    scripted.end_relay();
    scripted.end_relay();
    scripted.net.advance(2s);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 1 1 2");
}

BOOST_AUTO_TEST_SUITE_END()
