// The choice of target: rotation, first, health and retries.
#include "tests/unit/picking/picking.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace std::chrono_literals;
using namespace plug::test;

namespace {

using plug::policy;
using plug::tried_targets;

} // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(round_robin_takes_the_targets_in_turn) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    BOOST_TEST(picks(targets, 7) == "0120120");
}

BOOST_AUTO_TEST_CASE(round_robin_leaves_out_what_is_down) {
    plug::pool targets(equal(4), policy::round_robin, no_affinity, no_retry);
    targets.report_failed(1, start);
    BOOST_TEST(picks(targets, 6) == "023023");
    targets.report_failed(3, start);
    BOOST_TEST(picks(targets, 4) == "0202");
}

BOOST_AUTO_TEST_CASE(a_target_that_was_reached_again_takes_its_turn_again) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    targets.report_failed(1, start);
    picks(targets, 4);
    targets.report_connected(1);
    auto all = picks(targets, 6);
    std::sort(all.begin(), all.end());
    BOOST_TEST(all == "001122");
}

BOOST_AUTO_TEST_CASE(first_takes_the_head_each_time) {
    plug::pool targets(equal(3), policy::first, no_affinity, no_retry);
    BOOST_TEST(picks(targets, 3) == "000");
}

BOOST_AUTO_TEST_CASE(first_takes_the_first_that_is_up_and_returns_to_the_head) {
    plug::pool targets(equal(3), policy::first, no_affinity, no_retry);
    targets.report_failed(0, start);
    BOOST_TEST(picks(targets, 2) == "11");
    targets.report_failed(1, start);
    BOOST_TEST(picks(targets, 2) == "22");
    targets.report_connected(0);
    BOOST_TEST(picks(targets, 2) == "00");
}

BOOST_AUTO_TEST_CASE(the_same_client_gets_the_next_target_after_a_failure) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    BOOST_TEST(pick(targets) == 0);
    targets.report_failed(0, start);
    BOOST_TEST(pick(targets, tried({0})) == 1);
    BOOST_TEST(pick(targets) == 2); // the next client: the rotation went on
}

BOOST_AUTO_TEST_CASE(a_client_never_gets_a_target_twice) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    for (int round = 0; round < 5; ++round) {
        BOOST_TEST(pick(targets, tried({0, 2})) == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_has_tried_everything_gets_nothing) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    BOOST_TEST(pick(targets, tried({0, 1, 2})) == nothing);
    all_fail(targets);
    BOOST_TEST(pick(targets, tried({2, 1, 0})) == nothing);
    BOOST_TEST(targets.connections(0) == 0U);
}

BOOST_AUTO_TEST_CASE(one_target_alone_is_picked_whatever_happens) {
    plug::pool targets(equal(1), policy::round_robin, no_affinity, no_retry);
    BOOST_TEST(picks(targets, 2) == "00");
    targets.report_failed(0, start);
    BOOST_TEST(picks(targets, 2) == "00");
    BOOST_TEST(pick(targets, tried({0})) == nothing);
}

BOOST_AUTO_TEST_CASE(when_all_are_down_all_are_tried_again_and_the_first_is_taken) {
    for (const auto choice : {policy::round_robin, policy::first}) {
        plug::pool targets(equal(3), choice, no_affinity, no_retry);
        picks(targets, 2); // the rotation stands in the middle
        all_fail(targets);
        BOOST_TEST(pick(targets) == 0);
        BOOST_TEST(picks(targets, 3) == (choice == policy::first ? "000" : "120"));
    }
}

BOOST_AUTO_TEST_CASE(all_down_can_happen_any_number_of_times) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    for (int round = 0; round < 10'000; ++round) {
        tried_targets failed;
        std::string order;
        for (int at = pick(targets, failed); at != nothing; at = pick(targets, failed)) {
            order += std::to_string(at);
            targets.report_failed(static_cast<std::uint32_t>(at), start);
            failed.add(static_cast<std::uint32_t>(at));
        }
        BOOST_REQUIRE(order == "012");
    }
    BOOST_TEST(picks(targets, 6) == "012012"); // and each time all are really back
}

BOOST_AUTO_TEST_CASE(without_retry_a_target_stays_out_until_all_have_failed) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    targets.report_failed(0, start);
    BOOST_TEST(picks(targets, 4, start + 10000h) == "1212");
    targets.report_failed(1, start);
    BOOST_TEST(picks(targets, 2, start + 10000h) == "22");
    targets.report_failed(2, start);
    BOOST_TEST(picks(targets, 3, start + 10000h) == "012");
}

BOOST_AUTO_TEST_CASE(a_target_that_is_down_is_still_tried_before_a_client_is_lost) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    targets.report_failed(1, start);
    // Both others were tried by this client, and one of them is still up for the rest.
    targets.report_failed(0, start);
    BOOST_TEST(pick(targets, tried({0, 2})) == 1);
    BOOST_TEST(picks(targets, 3) == "222");
}

BOOST_AUTO_TEST_CASE(with_retry_a_target_is_tried_again_when_its_time_has_come) {
    plug::pool targets(equal(2), policy::round_robin, no_affinity, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(picks(targets, 3, start + 9999ms) == "111");
    BOOST_TEST(pick_at(targets, start + 10s) == 0);
}

BOOST_AUTO_TEST_CASE(only_one_client_at_a_time_pays_for_a_retry) {
    plug::pool targets(equal(2), policy::round_robin, no_affinity, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(picks(targets, 5, start + 10s) == "01111");
    BOOST_TEST(picks(targets, 5, start + 19s) == "11111");
    BOOST_TEST(picks(targets, 5, start + 20s) == "01111");
}

BOOST_AUTO_TEST_CASE(a_retry_that_fails_waits_for_another_period) {
    plug::pool targets(equal(2), policy::first, no_affinity, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(pick_at(targets, start + 10s) == 0);
    targets.report_failed(0, start + 13s);
    BOOST_TEST(pick_at(targets, start + 22s) == 1);
    BOOST_TEST(pick_at(targets, start + 23s) == 0);
}

BOOST_AUTO_TEST_CASE(a_target_whose_rest_began_anew_comes_before_one_that_failed_later) {
    plug::pool targets(equal(3), policy::first, no_affinity, 10s);
    targets.report_failed(0, start);
    targets.report_failed(0, start + 5s);
    targets.report_failed(1, start + 9s);
    BOOST_TEST(pick_at(targets, start + 10s) == 2);
    BOOST_TEST(pick_at(targets, start + 14s) == 2);
    BOOST_TEST(pick_at(targets, start + 15s) == 0);
}

BOOST_AUTO_TEST_CASE(a_retry_that_succeeds_puts_the_target_back) {
    plug::pool targets(equal(2), policy::first, no_affinity, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(pick_at(targets, start + 10s) == 0);
    BOOST_TEST(targets.report_connected(0));
    BOOST_TEST(picks(targets, 3, start + 10s) == "000");
}

BOOST_AUTO_TEST_CASE(a_change_of_state_is_news_once) {
    plug::pool targets(equal(2), policy::round_robin, no_affinity, no_retry);
    BOOST_TEST(!targets.report_connected(0));
    BOOST_TEST(targets.report_failed(0, start));
    BOOST_TEST(!targets.report_failed(0, start));
    BOOST_TEST(targets.report_failed(1, start)); // each target has news of its own
    BOOST_TEST(targets.report_connected(0));
    BOOST_TEST(!targets.report_connected(0));
    BOOST_TEST(targets.report_failed(0, start));
}

BOOST_AUTO_TEST_CASE(another_chance_for_all_is_no_news) {
    plug::pool targets(equal(2), policy::round_robin, no_affinity, no_retry);
    all_fail(targets);
    BOOST_TEST(pick(targets) == 0);
    BOOST_TEST(!targets.report_failed(0, start));
    BOOST_TEST(!targets.report_failed(1, start));
    BOOST_TEST(pick(targets) == 0);
    BOOST_TEST(targets.report_connected(0));
    BOOST_TEST(targets.report_connected(1));
}

BOOST_AUTO_TEST_CASE(connections_are_counted_while_leases_are_held) {
    plug::pool targets(equal(2), policy::first, no_affinity, no_retry);
    auto one = targets.pick(somebody, {}, start);
    const auto two = targets.pick(somebody, {}, start);
    BOOST_TEST(targets.connections(0) == 2U);
    BOOST_TEST(targets.connections(1) == 0U);
    one.release();
    BOOST_TEST(targets.connections(0) == 1U);
}

BOOST_AUTO_TEST_CASE(no_counter_wears_out_with_millions_of_picks) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    int taken[3] = {0, 0, 0};
    for (int each = 0; each < 3'000'000; ++each) {
        ++taken[pick(targets)];
    }
    for (const auto each : taken) {
        BOOST_TEST(each == 1'000'000);
    }
    // Failing over still works, and so does coming back.
    for (int each = 0; each < 1'000'000; ++each) {
        targets.report_failed(0, start);
        targets.report_connected(0);
    }
    BOOST_TEST(targets.report_failed(0, start));
    BOOST_TEST(picks(targets, 4) == "1212");
    all_fail(targets);
    BOOST_TEST(picks(targets, 3) == "012");
}

BOOST_AUTO_TEST_CASE(tried_targets_know_what_was_added_and_nothing_else) {
    tried_targets some;
    BOOST_TEST(some.empty());
    BOOST_TEST(!some.contains(0));
    some.add(70);
    BOOST_TEST(!some.empty());
    BOOST_TEST(some.contains(70));
    BOOST_TEST(!some.contains(69));
    BOOST_TEST(!some.contains(71));
}

BOOST_AUTO_TEST_SUITE_END()
