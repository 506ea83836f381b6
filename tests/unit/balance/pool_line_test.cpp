// Targets that carry their most connections, and the clients who wait for them.
#include "tests/unit/balance/waiting_clients.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

using namespace std::chrono_literals;
using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

using plug::policy;
using plug::pool;
using plug::wait_result;

} // namespace

BOOST_AUTO_TEST_SUITE(pool_line)

BOOST_DATA_TEST_CASE(a_target_is_given_no_more_than_it_may_carry, data::make(all_policies),
                     wanted) {
    pool targets(named(3, 3), wanted, {}, 10s, limited(2));
    std::vector<plug::lease> held;
    for (std::uint32_t who = 0; who < 6; ++who) {
        held.push_back(targets.pick(numbered(who), {}, start));
        BOOST_TEST(bool(held.back()));
    }
    for (std::uint32_t each = 0; each < 3; ++each) {
        BOOST_TEST(targets.connections(each) == 2U);
    }
    BOOST_TEST(!targets.pick(numbered(9), {}, start));
    const auto freed = held[3].target();
    held[3].release();
    BOOST_TEST(targets.pick(numbered(9), {}, start).target() == freed);
}

BOOST_AUTO_TEST_CASE(a_target_may_have_a_limit_of_its_own) {
    auto configured = named(2, 2);
    configured[1].max_connections = 3;
    pool targets(configured, policy::first, {}, 10s, limited(1));
    std::vector<plug::lease> held;
    for (int each = 0; each < 5; ++each) {
        held.push_back(targets.pick(numbered(1), {}, start));
    }
    BOOST_TEST(targets.connections(0) == 1U);
    BOOST_TEST(targets.connections(1) == 3U);
    BOOST_TEST(!held.back());
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_served_in_the_order_in_which_they_came) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    test_client second(2, start + 2s);
    test_client first(3, start + 1s);
    BOOST_TEST(targets.wait(second, start + 2s));
    BOOST_TEST(targets.wait(first, start + 3s)); // moved here by a reload, say
    held.release();
    BOOST_TEST(first.calls == 1);
    BOOST_TEST(first.target() == 0);
    BOOST_TEST(second.calls == 0);
    first.granted.release();
    BOOST_TEST(second.calls == 1);
    BOOST_TEST(second.target() == 0);
}

BOOST_AUTO_TEST_CASE(the_line_takes_no_more_than_it_may) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1, 1));
    const auto held = targets.pick(numbered(1), {}, start);
    test_client one(2);
    test_client other(3);
    BOOST_TEST(targets.wait(one, start));
    BOOST_TEST(!targets.wait(other, start));
    BOOST_TEST(other.result == wait_result::line_full);
    BOOST_TEST(other.calls == 0);
    BOOST_TEST(targets.leave(one));
    BOOST_TEST(!targets.leave(one));
    BOOST_TEST(targets.wait(other, start));
    BOOST_TEST(targets.leave(other));
}

BOOST_AUTO_TEST_CASE(who_has_waited_for_too_long_is_called_without_a_target) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    test_client one(2);
    test_client other(3, start + 1s);
    targets.wait(one, start);
    targets.wait(other, start + 1s);
    BOOST_TEST(targets.begin_watch());
    BOOST_TEST(!targets.begin_watch()); // one watches for all
    BOOST_TEST((targets.tick(start) == start + 5s));
    BOOST_TEST((targets.tick(start + 5s) == start + 6s));
    BOOST_TEST(one.result == wait_result::timed_out);
    BOOST_TEST(one.calls == 1);
    BOOST_TEST(other.calls == 0);
    held.release();
    BOOST_TEST(other.target() == 0);
    BOOST_TEST(!targets.begin_watch());
    BOOST_TEST((targets.tick(start + 5s) == std::nullopt));
    BOOST_TEST(!targets.begin_watch()); // nobody is left to watch for
}

BOOST_AUTO_TEST_CASE(a_full_target_is_waited_for_rather_than_a_backup_taken) {
    pool targets(named(2, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    BOOST_TEST(!targets.pick(numbered(2), {}, start));
    test_client one(2);
    BOOST_TEST(targets.wait(one, start));
    targets.report_failed(0, start); // now no other is up
    BOOST_TEST(one.target() == 1);
}

/// Target 0 is down, and target 1, which had a client, is given no new ones since a reload.
struct beside_a_full_one_of_weight_0 {
    explicit beside_a_full_one_of_weight_0(std::uint32_t count) {
        auto configured = named(count, 2);
        before = std::make_shared<pool>(configured, policy::first, sticky, no_retry, limited(1));
        before->report_failed(0, start);
        held = before->pick(numbered(7), {}, start);
        BOOST_TEST(held.target() == 1U);
        configured[1].weight = 0;
        next = std::make_shared<pool>(configured, policy::first, sticky, no_retry, before.get(),
                                      limited(1));
        before->hand_over_to(*next);
    }

    static constexpr plug::affinity_config sticky{true, 1h, 100};
    std::shared_ptr<pool> before;
    std::shared_ptr<pool> next;
    plug::lease held;
};

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_full_target_that_is_given_no_new_clients) {
    const beside_a_full_one_of_weight_0 beside(3);
    const auto told = beside.next->explain(numbered(8), start);
    BOOST_TEST(told.picked.value_or(99) == 2U);
    BOOST_TEST(pick(*beside.next, {}, start, numbered(8)) == 2);
}

BOOST_AUTO_TEST_CASE(a_full_target_that_is_given_no_new_clients_is_no_reason_to_try_none) {
    const beside_a_full_one_of_weight_0 beside(2);
    const auto told = beside.next->explain(numbered(8), start);
    BOOST_TEST(told.picked.value_or(99) == 0U);
    BOOST_TEST(pick(*beside.next, {}, start, numbered(8)) == 0);
}

BOOST_AUTO_TEST_CASE(who_sticks_to_a_full_target_that_is_given_no_new_clients_waits_for_it) {
    beside_a_full_one_of_weight_0 beside(3);
    test_client again(7);
    BOOST_TEST(beside.next->wait(again, start));
    beside.held.release();
    BOOST_TEST(again.target() == 1);
}

/// A client waits while target 0 is full and target 1 is down.
struct waiting_beside_one_that_is_down {
    waiting_beside_one_that_is_down() {
        targets.report_failed(1, start);
        held = targets.pick(numbered(1), {}, start);
        BOOST_TEST(targets.wait(one, start));
    }

    pool targets{named(2, 2), policy::first, {}, 2s, limited(1)};
    plug::lease held;
    test_client one{2};
};

BOOST_FIXTURE_TEST_CASE(a_full_target_is_waited_for_rather_than_one_that_is_down_tried,
                        waiting_beside_one_that_is_down) {
    targets.report_connected(1);
    BOOST_TEST(one.target() == 1);
}

BOOST_FIXTURE_TEST_CASE(who_waits_is_given_a_target_whose_retry_time_has_come,
                        waiting_beside_one_that_is_down) {
    BOOST_TEST((targets.tick(start) == start + 2s));
    BOOST_TEST(one.calls == 0);
    BOOST_TEST((targets.tick(start + 2s) == std::nullopt));
    BOOST_TEST(one.target() == 1);
}

BOOST_AUTO_TEST_CASE(who_has_tried_all_that_is_full_does_not_wait) {
    pool targets(named(2, 2), policy::first, {}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    auto other = targets.pick(numbered(1), {}, start);
    test_client one(2);
    one.tried.add(0);
    one.tried.add(1);
    BOOST_TEST(!targets.wait(one, start));
    BOOST_TEST(one.result == wait_result::no_target);
    test_client two(2);
    two.tried.add(0);
    BOOST_TEST(targets.wait(two, start));
    held.release();
    BOOST_TEST(two.calls == 0); // it knows that one
    other.release();
    BOOST_TEST(two.target() == 1);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_waits_for_its_target_and_is_overtaken_by_nobody_there) {
    pool targets(named(2, 2), policy::round_robin, {true, 1h, 100}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    BOOST_TEST(held.target() == 0U);
    BOOST_TEST(!targets.pick(numbered(1), {}, start)); // although the other has room
    test_client again(1);
    BOOST_TEST(targets.wait(again, start));
    auto other = targets.pick(numbered(2), {}, start);
    BOOST_TEST(other.target() == 1U);
    other.release();
    BOOST_TEST(again.calls == 0);
    held.release();
    BOOST_TEST(again.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_to_a_target_that_goes_down_gets_another) {
    pool targets(named(2, 2), policy::round_robin, {true, 1h, 100}, 10s, limited(1));
    auto held = targets.pick(numbered(1), {}, start);
    test_client again(1);
    BOOST_TEST(targets.wait(again, start));
    targets.report_failed(0, start);
    BOOST_TEST(again.target() == 1);
}

BOOST_AUTO_TEST_CASE(a_reload_calls_those_who_wait_and_they_wait_on_in_the_next_pool) {
    const auto before = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                               10s, limited(1));
    auto held = before->pick(numbered(1), {}, start);
    test_client one(2);
    BOOST_TEST(before->wait(one, start));
    const auto next = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                             10s, before.get(), limited(1, 0));
    before->hand_over_to(*next);
    BOOST_TEST(one.calls == 1);
    BOOST_TEST(one.result == wait_result::moved);
    test_client late(3);
    BOOST_TEST(!before->wait(late, start));
    BOOST_TEST(late.result == wait_result::moved);
    BOOST_TEST(!next->wait(late, start)); // it had no place yet
    BOOST_TEST(next->wait(one, start));
    held.release();
    BOOST_TEST(one.calls == 2);
    BOOST_TEST(one.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_that_takes_the_limit_away_lets_everybody_in) {
    const auto before = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                               10s, limited(1));
    auto held = before->pick(numbered(1), {}, start);
    test_client one(2);
    before->wait(one, start);
    const auto next = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                             10s, before.get());
    before->hand_over_to(*next);
    BOOST_TEST(!next->wait(one, start));
    BOOST_TEST(one.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_plug_that_is_no_more_lets_nobody_wait) {
    pool targets(named(1, 1), policy::first, {}, 10s, limited(1));
    const auto held = targets.pick(numbered(1), {}, start);
    test_client one(2);
    targets.wait(one, start);
    targets.close_line();
    BOOST_TEST(one.result == wait_result::dismissed);
    BOOST_TEST(one.calls == 1);
    test_client other(3);
    BOOST_TEST(!targets.wait(other, start));
    BOOST_TEST(other.result == wait_result::dismissed);
}

BOOST_AUTO_TEST_SUITE_END()
