// Targets that have come back get their weight little by little: alone, and in a pool.
#include "core/balance/slow_start.hpp"

#include "core/balance/pool.hpp"
#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::policy;
using plug::pool;

const pool::time_point start{1h};
constexpr auto duration = 9000ms; // one percent more every 100 ms

std::vector<plug::target_config> weighted(const std::vector<std::uint32_t>& weights) {
    std::vector<plug::target_config> made(weights.size());
    for (std::size_t number = 0; number < made.size(); ++number) {
        made[number].name = "t" + std::to_string(number);
        made[number].weight = weights[number];
    }
    return made;
}

plug::pool_options slowly() {
    plug::pool_options made;
    made.slow_start = duration;
    return made;
}

boost::asio::ip::address anyone() { return boost::asio::ip::address_v4(0x0a000001U); }

/// What the pool tells of the share of `target`, in percent.
std::uint32_t share(const pool& targets, std::uint32_t target, pool::time_point now) {
    return targets.explain(anyone(), now).candidates[target].share.value_or(100);
}

/// Target 0 goes down, and comes back.
void come_back(pool& targets, pool::time_point now = start) {
    targets.report_failed(0, now);
    targets.report_connected(0);
}

/// How many of `count` clients, who leave at once, get target 0.
int picks_of_first(pool& targets, int count, pool::time_point now = start) {
    int picked = 0;
    for (int each = 0; each < count; ++each) {
        picked += targets.pick(anyone(), {}, now).target() == 0 ? 1 : 0;
    }
    return picked;
}

constexpr policy ramping[] = {policy::round_robin, policy::least_connections, policy::random_two};
constexpr policy not_ramping[] = {policy::first, policy::source_hash};

/// For messages of data tests.
constexpr int number_of(policy wanted) { return static_cast<int>(wanted); }

} // namespace

BOOST_AUTO_TEST_SUITE(slow_start)

BOOST_AUTO_TEST_CASE(a_share_grows_from_a_tenth_to_the_whole_by_one_percent_a_step) {
    plug::slow_start shares(2, duration);
    shares.begin(1);
    BOOST_TEST(shares.share(1) == 10U);
    std::vector<std::uint32_t> told;
    for (auto now = start; now <= start + 2 * duration; now += 10ms) {
        shares.advance(now, [&](std::uint32_t target, std::uint32_t percent) {
            BOOST_TEST(target == 1U);
            told.push_back(percent);
            BOOST_TEST(percent == 10 + (now - start) / 100ms);
        });
    }
    BOOST_TEST(told.size() == 90U);
    BOOST_TEST(told.back() == 100U);
    BOOST_TEST(shares.share(0) == 100U);
}

BOOST_AUTO_TEST_CASE(a_long_pause_is_one_step) {
    plug::slow_start shares(1, duration);
    const auto nothing = [](std::uint32_t, std::uint32_t) {};
    shares.begin(0);
    shares.advance(start, nothing); // from here on
    shares.advance(start + duration / 2, nothing);
    BOOST_TEST(shares.share(0) == 55U);
    shares.begin(0); // once more
    shares.advance(start + 2 * duration, nothing);
    BOOST_TEST(shares.share(0) == 10U);
    shares.advance(start + 4 * duration, nothing);
    BOOST_TEST(shares.share(0) == 100U);
}

BOOST_AUTO_TEST_CASE(one_that_goes_down_is_in_slow_start_no_longer) {
    plug::slow_start shares(2, duration);
    const auto never = [](std::uint32_t, std::uint32_t) { BOOST_ERROR("told"); };
    shares.begin(0);
    shares.end(0);
    shares.begin(1);
    shares.advance(start, never);
    shares.end(1);
    shares.advance(start + duration, never);
    BOOST_TEST(shares.share(0) == 100U);
    BOOST_TEST(shares.share(1) == 100U);
}

BOOST_AUTO_TEST_CASE(in_rotation_a_target_is_never_two_picks_away_from_its_growing_share) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        plug::random_numbers random(seed);
        std::vector<std::uint32_t> weights;
        for (int each = 0; each < 5; ++each) {
            weights.push_back(1 + random.below(seed % 2 == 0 ? 1 : 1000));
        }
        pool targets(weighted(weights), policy::round_robin, {}, std::nullopt, slowly());
        picks_of_first(targets, static_cast<int>(random.below(100)));
        come_back(targets);
        double others = 0;
        for (std::size_t each = 1; each < weights.size(); ++each) {
            others += weights[each];
        }
        double due = 0;
        int got = 0;
        for (auto now = start; now < start + 2 * duration;
             now += std::chrono::milliseconds(random.below(60))) {
            const double part = weights[0] * share(targets, 0, now) / 100.0;
            due += part / (part + others);
            got += picks_of_first(targets, 1, now);
            BOOST_TEST_REQUIRE(std::abs(due - got) < 2, "seed " << seed << ": " << due);
        }
    }
}

BOOST_AUTO_TEST_CASE(by_connections_a_target_carries_no_more_than_its_share_of_what_others_do) {
    pool targets(weighted({1, 1, 1}), policy::least_connections, {}, std::nullopt, slowly());
    come_back(targets);
    std::vector<plug::lease> held;
    for (int each = 0; each < 1000; ++each) {
        const auto now = start + each * 5ms;
        const auto percent = share(targets, 0, now);
        held.push_back(targets.pick(anyone(), {}, now));
        const auto fewest = std::min(targets.connections(1), targets.connections(2)) + 1;
        if (held.back().target() == 0) {
            BOOST_TEST_REQUIRE(targets.connections(0) * 100 <= percent * fewest);
        }
    }
    BOOST_TEST(targets.connections(0) > 50U);
}

BOOST_AUTO_TEST_CASE(of_two_at_random_it_gets_its_share_of_what_it_would_get) {
    pool targets(weighted({1, 1}), policy::random_two, {}, std::nullopt, slowly());
    come_back(targets);
    // 5 of 100, as the first drawn is taken where nobody carries anything; 8 deviations are 0.1.
    const int early = picks_of_first(targets, 30'000);
    BOOST_TEST(early > 1200);
    BOOST_TEST(early < 1800);
    const int later = picks_of_first(targets, 30'000, start + duration);
    BOOST_TEST(later > 14'300);
    BOOST_TEST(later < 15'700);
}

BOOST_AUTO_TEST_CASE(nobody_gets_a_target_that_is_down_while_one_is_up) {
    for (const auto wanted : ramping) {
        plug::random_numbers random(7);
        pool targets(weighted({1, 2, 3, 4}), wanted, {}, std::nullopt, slowly());
        std::vector<bool> up(4, true);
        auto now = start;
        for (int each = 0; each < 5000; ++each) {
            const auto target = random.below(4);
            if (random.below(4) == 0 && std::ranges::count(up, true) > (up[target] ? 1 : 0)) {
                up[target] = !up[target];
                up[target] ? static_cast<void>(targets.report_connected(target))
                           : static_cast<void>(targets.report_failed(target, now));
            }
            now += std::chrono::milliseconds(random.below(500));
            const auto held = targets.pick(anyone(), {}, now);
            BOOST_TEST_REQUIRE(static_cast<bool>(held));
            BOOST_TEST_REQUIRE(up[held.target()], number_of(wanted));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_target_ramps_up_after_a_connect_or_its_check_and_not_at_the_start) {
    for (const auto wanted : ramping) {
        pool targets(weighted({1, 1}), wanted, {}, std::nullopt, slowly());
        BOOST_TEST(share(targets, 0, start) == 100U);
        come_back(targets);
        BOOST_TEST(share(targets, 0, start) == 10U);
        BOOST_TEST(share(targets, 1, start) == 100U);
        picks_of_first(targets, 1);
        BOOST_TEST(share(targets, 0, start + 1s) == 20U);
        targets.report_check(1, {false, false, 1});
        BOOST_TEST(share(targets, 1, start) == 100U);
        targets.report_check(1, {true, true, 1});
        BOOST_TEST(share(targets, 1, start) == 10U);
    }
}

BOOST_AUTO_TEST_CASE(where_the_list_or_the_client_decides_nothing_ramps_up) {
    for (const auto wanted : not_ramping) {
        pool targets(weighted({1, 1}), wanted, {}, std::nullopt, slowly());
        come_back(targets);
        BOOST_TEST(share(targets, 0, start) == 100U, number_of(wanted));
    }
}

BOOST_AUTO_TEST_CASE(a_reload_lets_it_go_on) {
    pool before(weighted({1, 1, 1}), policy::round_robin, {}, std::nullopt, slowly());
    come_back(before);
    picks_of_first(before, 1);
    before.report_failed(2, start);
    before.report_connected(2); // and nobody has come since
    auto turned = weighted({1, 1, 1});
    std::swap(turned[0], turned[1]);
    const plug::affinity_config no_affinity;
    const auto next = std::make_shared<pool>(turned, policy::round_robin, no_affinity, std::nullopt,
                                             &before, slowly());
    before.hand_over_to(*next);
    BOOST_TEST(share(*next, 0, start + 1s) == 100U);
    BOOST_TEST(share(*next, 1, start + 1s) == 20U);
    BOOST_TEST(share(*next, 2, start + 1s) == 10U);
    const auto without =
        std::make_shared<pool>(turned, policy::round_robin, no_affinity, std::nullopt, next.get());
    next->hand_over_to(*without);
    BOOST_TEST(share(*without, 1, start + 1s) == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
