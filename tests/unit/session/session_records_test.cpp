// What is told of a session, and when, over the scripted transport.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;
using plug::session_phase;
using plug::platform::side;

} // namespace

BOOST_AUTO_TEST_SUITE(session_records)

BOOST_AUTO_TEST_CASE(a_record_tells_all_about_a_session) {
    scripted_plug scripted(config_with(3));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto before = std::chrono::system_clock::now();
    scripted.start(at("::ffff:192.0.2.44", 4321));
    scripted.net.advance(5s);
    scripted.net.advance(2s);
    scripted.net.relays.front()->stats.from_client = 12;
    scripted.net.relays.front()->stats.from_target = 345;
    scripted.end_relay();
    const auto record = only_record(scripted);
    BOOST_TEST((record.listener == scripted.where->label));
    BOOST_TEST(record.client == at("192.0.2.44", 4321));
    BOOST_TEST((record.target == scripted.plug->target(1)->label()));
    BOOST_TEST(record.from_client == 12U);
    BOOST_TEST(record.from_target == 345U);
    BOOST_TEST((record.until_connected == 5s));
    BOOST_TEST((record.duration == 7s));
    BOOST_TEST((record.end == session_end::completed));
    BOOST_TEST((record.phase == session_phase::relaying));
    BOOST_TEST(record.failed_attempts == 1U);
    BOOST_TEST((record.picked == plug::pick_reason::rotation));
    BOOST_TEST((record.ended_by == plug::session_party::client));
    BOOST_TEST(!record.error);
    BOOST_TEST((record.ended_at >= before));
    BOOST_TEST((record.ended_at <= std::chrono::system_clock::now()));
}

BOOST_AUTO_TEST_CASE(a_record_tells_whose_failure_ended_a_relay) {
    const std::pair<side, session_end> ends[] = {{side::client, session_end::client_failed},
                                                 {side::target, session_end::target_failed}};
    for (const auto& [whose, end] : ends) {
        scripted_plug scripted(config_with(1));
        scripted.start();
        scripted.end_relay({reset_by_peer, whose});
        const auto record = only_record(scripted);
        BOOST_TEST((record.end == end));
        BOOST_TEST((record.ended_by == (whose == side::client ? plug::session_party::client
                                                              : plug::session_party::target)));
        BOOST_TEST((record.phase == session_phase::relaying));
        BOOST_TEST((record.error == reset_by_peer));
    }
}

BOOST_AUTO_TEST_CASE(a_record_of_a_session_that_reached_nothing_tells_the_last_target_and_error) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    scripted.start();
    const auto record = only_record(scripted);
    BOOST_TEST(*record.target == "10.0.0.2:80");
    BOOST_TEST((record.error == refused));
    BOOST_TEST((record.until_connected == 0s));
    BOOST_TEST((record.picked == plug::pick_reason::rotation));
    BOOST_TEST((record.ended_by == plug::session_party::target));
    BOOST_TEST(record.failed_attempts == 1U); // before the last one
    BOOST_TEST(*scripted.events.of<plug::session_started>().front().target == "10.0.0.2:80");
}

BOOST_AUTO_TEST_CASE(a_session_that_failed_over_ends_without_the_error_of_the_first_target) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.end_relay();
    BOOST_TEST((only_record(scripted).end == session_end::completed));
    BOOST_TEST(!scripted.records().front().error);
}

BOOST_AUTO_TEST_CASE(a_start_is_told_when_the_target_is_connected_and_before_the_end) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    const auto started = scripted.events.of<plug::session_started>();
    BOOST_TEST_REQUIRE(started.size() == 1U);
    BOOST_TEST(started.front().client == client_address);
    BOOST_TEST(*started.front().target == "10.0.0.1:80");
    BOOST_TEST(scripted.records().empty());
    scripted.end_relay();
    only_record(scripted);
}

BOOST_AUTO_TEST_CASE(the_lease_is_given_back_before_the_record_is_told) {
    scripted_plug scripted(config_with(1));
    std::uint32_t held = 99;
    scripted.events.on_event = [&](const plug::event& told) {
        if (std::holds_alternative<plug::session_ended>(told)) {
            held = scripted.connections();
        }
    };
    scripted.start();
    scripted.end_relay();
    BOOST_TEST(held == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_of_sessions_where_nobody_wants_to_know) {
    scripted_plug scripted(config_with(1));
    scripted.events.sessions = false;
    scripted.start();
    scripted.end_relay();
    BOOST_TEST(scripted.events.all.empty());
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
