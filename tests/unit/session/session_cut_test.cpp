// Sessions that are cut, over the scripted transport.
#include "core/monitor/report_escaped.hpp"
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;
using plug::session_phase;

/// A target has gone, and its sessions have `grace` to end.
void cut_sessions_on(scripted_plug& scripted, std::uint32_t target, std::chrono::milliseconds grace,
                     session_end why = session_end::target_down) {
    scripted.runner.spawn(
        scripted.runner.cut_sessions_on(scripted.plug->target(target), why, grace),
        plug::report_escaped{scripted.events, "end the sessions on a target"});
    scripted.net.settle();
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_cut)

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_connects) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut(scripted);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::stopped));
    BOOST_TEST((record.phase == session_phase::connecting));
    BOOST_TEST(scripted.route() == "1"); // no other target is tried
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_the_proxy_thinks) {
    scripted_plug scripted(config_via_proxy(2));
    const auto client = scripted.start();
    cut(scripted);
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST(scripted.net.connects.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_waits_for_descriptors) {
    scripted_plug scripted(config_with(1));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = no_descriptor; };
    const auto client = scripted.start();
    cut(scripted);
    scripted.net.advance(50ms); // the wait itself is short and runs out
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_waits_for_a_name) {
    scripted_plug scripted(config_with_name());
    scripted.start(); // not resolved yet: the resolver is asked
    cut(scripted);
    scripted.net.advance(20ms);
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_relays) {
    scripted_plug scripted(config_with(1));
    const auto client = scripted.start();
    cut(scripted);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::stopped));
    BOOST_TEST((record.phase == session_phase::relaying));
    BOOST_TEST((client->now == far_end::state::reset));
    BOOST_TEST((scripted.net.connects.at(0)->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_that_starts_after_the_cut_is_cut_at_once) {
    scripted_plug scripted(config_with(1));
    cut(scripted);
    const auto client = scripted.start();
    BOOST_TEST(scripted.net.connects.empty());
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_relay_that_ended_in_order_before_the_cut_took_hold_is_complete) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.net.relays.front()->end({});
    cut(scripted);
    BOOST_TEST((only_record(scripted).end == session_end::completed));
}

BOOST_AUTO_TEST_CASE(a_cut_counts_the_sessions_that_run_and_ends_each_once) {
    scripted_plug scripted(config_with(2));
    for (int each = 0; each < 3; ++each) {
        scripted.start();
    }
    scripted.end_relay();
    std::vector<std::size_t> counts;
    const auto count = [&](std::size_t cut_now) { counts.push_back(cut_now); };
    scripted.runner.cut_sessions(count);
    scripted.net.settle();
    scripted.runner.cut_sessions(count);
    BOOST_TEST((counts == std::vector<std::size_t>{2, 0}));
    BOOST_TEST(scripted.records().size() == 3U);
    BOOST_TEST(scripted.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(of_a_target_that_went_down_those_are_cut_that_had_it) {
    scripted_plug scripted(config_with(1));
    const auto before = scripted.start();
    cut_sessions_on(scripted, 0, 4s);
    scripted.net.advance(1s);
    const auto later = scripted.start(); // the target has come back
    scripted.net.advance(3s);
    BOOST_TEST((before->now == far_end::state::reset));
    BOOST_TEST((later->now == far_end::state::open));
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::target_down));
}

BOOST_AUTO_TEST_CASE(who_still_connects_to_a_target_that_went_down_goes_on_to_the_next) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut_sessions_on(scripted, 0, 0s);
    scripted.net.advance(1min);
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST((client->now == far_end::state::open));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_still_connects_to_a_target_that_was_removed_is_cut) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut_sessions_on(scripted, 0, 0s, session_end::target_removed);
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_SUITE_END()
