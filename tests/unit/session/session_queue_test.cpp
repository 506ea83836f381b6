// Sessions that wait until a target has room, over the scripted transport.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;
using plug::session_phase;

plug::plug_config limited(std::uint16_t targets, std::size_t capacity = 10) {
    auto made = config_with(targets);
    made.max_connections = 1;
    made.queue = {capacity, 5s};
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_queue)

BOOST_AUTO_TEST_CASE(a_client_waits_while_its_target_is_full_and_is_connected_when_that_has_room) {
    scripted_plug scripted(limited(1));
    scripted.start();
    const auto second = scripted.start();
    const auto third = scripted.start();
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST(scripted.connections() == 1U);
    scripted.end_relay();
    BOOST_TEST(scripted.route() == "1 1");
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST((scripted.net.relays.front()->client == second));
    scripted.end_relay();
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST((scripted.net.relays.front()->client == third));
    scripted.net.advance(1min); // nobody's time is over but of those who wait
    BOOST_TEST(scripted.records().size() == 2U);
    BOOST_TEST(scripted.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_is_closed_when_it_has_waited_for_too_long) {
    scripted_plug scripted(limited(1));
    scripted.start();
    const auto waits = scripted.start();
    scripted.net.advance(3s);
    const auto later = scripted.start();
    scripted.net.advance(1999ms);
    BOOST_TEST(scripted.records().empty());
    scripted.net.advance(1ms);
    BOOST_TEST((waits->now == far_end::state::closed));
    BOOST_TEST((later->now == far_end::state::open));
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    const auto record = scripted.records().front();
    BOOST_TEST((record.end == session_end::queue_timeout));
    BOOST_TEST((record.phase == session_phase::queued));
    BOOST_TEST(record.target == nullptr);
    BOOST_TEST(record.duration.count() == 5'000'000);
    scripted.net.advance(3s);
    BOOST_TEST((later->now == far_end::state::closed));
    BOOST_TEST(scripted.counted.sessions() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_is_closed_at_once_where_enough_wait_already) {
    scripted_plug scripted(limited(1, 1));
    scripted.start();
    scripted.start();
    const auto third = scripted.start();
    BOOST_TEST((third->now == far_end::state::closed));
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::queue_full));
    BOOST_TEST((scripted.records().front().phase == session_phase::queued));
}

BOOST_AUTO_TEST_CASE(a_client_whose_target_fails_waits_for_one_that_is_full) {
    scripted_plug scripted(limited(2));
    fail_connects(scripted, {target_address(1)}, refused);
    scripted.start();
    const auto waits = scripted.start(); // its first try is target 2
    BOOST_TEST(scripted.route() == "1 2");
    scripted.end_relay();
    BOOST_TEST(scripted.route() == "1 2 1");
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST((scripted.net.relays.front()->client == waits));
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_is_given_a_target_when_its_retry_time_has_come) {
    auto config = limited(2);
    config.policy = plug::policy::first;
    config.retry = 1100ms;
    scripted_plug scripted(config);
    fail_connects(scripted, {target_address(1)}, refused);
    scripted.start();
    scripted.start(); // finds that target 2 is down, and waits for target 1
    const auto waits = scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    scripted.net.on_connect = {};
    scripted.net.advance(1099ms);
    BOOST_TEST(scripted.route() == "1 2");
    scripted.net.advance(1ms);
    BOOST_TEST(scripted.route() == "1 2 2");
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 2U);
    BOOST_TEST((scripted.net.relays.back()->client == waits));
}

BOOST_AUTO_TEST_CASE(a_target_that_goes_down_while_clients_wait_is_tried_again_in_time) {
    auto config = limited(2);
    config.policy = plug::policy::first;
    config.retry = 1s;
    scripted_plug scripted(config);
    scripted.start();
    scripted.start();
    scripted.start(); // its time is over in 5 s
    scripted.net.advance(100ms);
    scripted.plug->targets.report_failed(1, scripted.net.now);
    scripted.net.relays.back()->end({});
    scripted.net.settle();
    BOOST_TEST(scripted.route() == "1 2");
    scripted.net.advance(1250ms);
    BOOST_TEST(scripted.route() == "1 2 2");
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_back_to_the_queue_is_not_kept_beyond_its_time) {
    auto config = limited(2);
    config.connect_timeout = 700ms;
    scripted_plug scripted(config);
    scripted.start();
    scripted.start();
    const auto first = scripted.start();
    scripted.net.advance(4500ms);
    const auto second = scripted.start();
    fail_connects(scripted, {target_address(0)}, no_answer);
    scripted.end_relay(); // so the first one of them tries target 1 until 5.2 s
    scripted.net.advance(699ms);
    BOOST_TEST(scripted.route() == "1 2 1");
    BOOST_TEST((first->now == far_end::state::open));
    scripted.net.advance(251ms);
    BOOST_TEST((first->now == far_end::state::closed));
    BOOST_TEST((second->now == far_end::state::open));
    BOOST_TEST((scripted.records().back().end == session_end::queue_timeout));
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_is_cut_with_the_others) {
    scripted_plug scripted(limited(1));
    scripted.start();
    const auto waits = scripted.start();
    cut(scripted);
    BOOST_TEST((waits->now == far_end::state::reset));
    BOOST_TEST(scripted.counted.sessions() == 0U);
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST_REQUIRE(scripted.records().size() == 2U);
    for (const auto& each : scripted.records()) {
        BOOST_TEST((each.end == session_end::stopped));
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_goes_over_to_what_a_reload_makes_of_its_plug) {
    scripted_plug scripted(limited(1));
    scripted.start();
    const auto waits = scripted.start();
    auto config = limited(2);
    config.targets.erase(config.targets.begin());
    const auto next = std::make_shared<plug::plug_runtime>(config, *scripted.plug);
    scripted.plug->hand_over_to(next);
    scripted.net.settle();
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST(next->targets.connections(0) == 1U);
    scripted.end_relay();
    scripted.end_relay();
    BOOST_TEST(next->targets.connections(0) == 0U);
    BOOST_TEST(*scripted.records().back().target == "10.0.0.2:80");
}

BOOST_AUTO_TEST_CASE(what_it_has_tried_is_forgotten_where_a_reload_has_other_targets) {
    scripted_plug scripted(limited(2));
    fail_connects(scripted, {target_address(1)}, refused);
    scripted.start();
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    auto config = config_with(3); // without a limit
    config.targets.erase(config.targets.begin() + 1);
    config.targets.front().weight = 0;
    const auto next = std::make_shared<plug::plug_runtime>(config, *scripted.plug);
    scripted.plug->hand_over_to(next);
    scripted.net.settle();
    BOOST_TEST(scripted.route() == "1 2 3");
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_a_plug_that_is_taken_away_is_closed) {
    scripted_plug scripted(limited(1));
    scripted.plug->end_sessions_by([](const auto&, auto, auto) {});
    scripted.start();
    scripted.start();
    scripted.plug->end_sessions_on_removed(nullptr);
    scripted.net.settle();
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::target_removed));
    BOOST_TEST((scripted.records().front().phase == session_phase::queued));
}

BOOST_AUTO_TEST_CASE(many_clients_that_are_sent_away_go_a_few_at_a_time) {
    auto config = limited(1);
    config.queue = {1000, 10s};
    for (const bool is_gone : {true, false}) {
        scripted_plug scripted(config);
        scripted.plug->end_sessions_by([](const auto&, auto, auto) {});
        for (int each = 0; each < 151; ++each) {
            scripted.start();
        }
        if (is_gone) {
            scripted.plug->end_sessions_on_removed(nullptr);
        }
        std::size_t most = 0;
        std::size_t before = 0;
        for (int turn = 0; turn < 10'000 && before < 150; ++turn) {
            // Where nobody is on the way, until the queue is looked at again.
            const bool is_under_way = scripted.records().size() > 0 && turn % 2 == 0;
            scripted.net.advance(is_under_way ? std::chrono::nanoseconds(1) : 10ms);
            most = std::max(most, scripted.records().size() - before);
            before = scripted.records().size();
        }
        BOOST_TEST(before == 150U);
        BOOST_TEST(most < 150U);
        BOOST_TEST((scripted.records().back().end ==
                    (is_gone ? session_end::target_removed : session_end::queue_timeout)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
