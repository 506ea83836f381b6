// Connect times per target, and a pool that weighs by them.
#include "core/balance/connect_times.hpp"

#include "core/balance/pool.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::policy;
using plug::pool;

const pool::time_point start{1h};

std::vector<plug::target_config> named(std::uint32_t count) {
    std::vector<plug::target_config> made(count);
    for (std::uint32_t number = 0; number < count; ++number) {
        made[number].name = "t" + std::to_string(number);
    }
    return made;
}

plug::pool_options weighing() {
    plug::pool_options made;
    made.weigh_connect_time = true;
    return made;
}

boost::asio::ip::address anyone() { return boost::asio::ip::address_v4(0x0a000001U); }

/// Takes `count` leases, and keeps them.
std::vector<plug::lease> pick(pool& targets, int count, pool::time_point now = start) {
    std::vector<plug::lease> held;
    for (int each = 0; each < count; ++each) {
        held.push_back(targets.pick(anyone(), {}, now));
    }
    return held;
}

} // namespace

BOOST_AUTO_TEST_SUITE(connect_times)

BOOST_AUTO_TEST_CASE(a_target_that_was_never_connected_to_counts_as_the_average) {
    plug::connect_times times(3);
    BOOST_TEST(times.of(2, start).count() == 0);
    times.add(0, 4ms, start);
    BOOST_TEST(times.of(0, start).count() == 4000);
    BOOST_TEST(times.of(2, start).count() == 4000);
    times.add(1, 1ms, start + 10s);
    BOOST_TEST(times.of(1, start + 10s).count() == 1000);
    BOOST_TEST(times.of(2, start + 10s).count() == 2500);
}

BOOST_AUTO_TEST_CASE(a_target_carries_the_fewer_connections_the_longer_its_connects_take) {
    pool targets(named(2), policy::random_two, {}, std::nullopt, weighing());
    targets.report_connect_time(0, 9ms, start);
    targets.report_connect_time(1, 1ms, start);
    const auto held = pick(targets, 1000); // both are drawn each time
    BOOST_TEST(targets.connections(0) == 100U);
    BOOST_TEST(targets.connections(1) == 900U);
    const auto told = targets.explain(anyone(), start);
    BOOST_TEST(*told.candidates[0].score == 909.0);
    BOOST_TEST(*told.candidates[1].score == 901.0);
}

BOOST_AUTO_TEST_CASE(a_target_that_was_slow_gets_another_chance) {
    pool targets(named(2), policy::random_two, {}, std::nullopt, weighing());
    targets.report_connect_time(0, 4s, start);
    targets.report_connect_time(1, 1ms, start);
    const auto held = pick(targets, 100);
    BOOST_TEST(targets.connections(0) == 0U);
    for (auto now = start; now < start + 5min; now += 1s) {
        targets.report_connect_time(1, 1ms, now);
    }
    const auto later = pick(targets, 10, start + 5min);
    BOOST_TEST(targets.connections(0) == 10U);
}

BOOST_AUTO_TEST_CASE(without_being_told_to_a_pool_goes_by_connections_alone) {
    pool targets(named(2), policy::random_two, {}, std::nullopt);
    const auto held = pick(targets, 10);
    BOOST_TEST(targets.connections(0) == 5U);
    BOOST_TEST(*targets.explain(anyone(), start).candidates[0].score == 6.0);
}

BOOST_AUTO_TEST_CASE(connect_times_outlive_a_reload) {
    pool before(named(2), policy::random_two, {}, std::nullopt, weighing());
    before.report_connect_time(0, 9ms, start);
    before.report_connect_time(1, 1ms, start);
    auto turned = named(2);
    std::swap(turned[0], turned[1]);
    const auto next = std::make_shared<pool>(turned, policy::random_two, plug::affinity_config{},
                                             std::nullopt, &before, weighing());
    before.hand_over_to(*next);
    const auto held = pick(*next, 1000);
    BOOST_TEST(next->connections(1) == 100U); // what was number 0
}

BOOST_AUTO_TEST_SUITE_END()
