// The choice of target by several threads at once.
#include "tests/unit/picking/picking.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>

using namespace std::chrono_literals;
using namespace plug::test;

namespace {

using plug::policy;
using plug::tried_targets;

} // namespace

BOOST_AUTO_TEST_SUITE(pool_threads)

BOOST_AUTO_TEST_CASE(only_one_of_many_threads_pays_for_a_retry) {
    plug::pool targets(equal(2), policy::first, no_affinity, 10s);
    targets.report_failed(0, start);
    std::atomic<int> paid{0};
    in_threads(4, [&](int) {
        for (int each = 0; each < 1000; ++each) {
            paid += pick_at(targets, start + 10s) == 0;
        }
    });
    BOOST_TEST(paid == 1);
}

BOOST_AUTO_TEST_CASE(a_change_of_state_is_news_once_over_all_threads) {
    plug::pool targets(equal(2), policy::round_robin, no_affinity, no_retry);
    for (int round = 0; round < 200; ++round) {
        std::atomic<int> down{0};
        std::atomic<int> up{0};
        in_threads(4, [&](int) { down += targets.report_failed(1, start); });
        in_threads(4, [&](int) { up += targets.report_connected(1); });
        BOOST_REQUIRE(down == 1);
        BOOST_REQUIRE(up == 1);
    }
}

BOOST_AUTO_TEST_CASE(round_robin_is_exact_with_four_threads) {
    constexpr int each_thread = 150'000;
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    std::atomic<int> taken[3] = {0, 0, 0};
    in_threads(4, [&](int) {
        for (int each = 0; each < each_thread; ++each) {
            ++taken[pick(targets)];
        }
    });
    for (const auto& each : taken) {
        BOOST_TEST(each == 4 * each_thread / 3);
    }
}

BOOST_AUTO_TEST_CASE(round_robin_is_exact_with_four_threads_while_a_target_is_down) {
    constexpr int each_thread = 50'000;
    plug::pool targets(equal(3), policy::round_robin, no_affinity, no_retry);
    targets.report_failed(1, start);
    std::atomic<int> taken[3] = {0, 0, 0};
    in_threads(4, [&](int) {
        for (int each = 0; each < each_thread; ++each) {
            ++taken[pick(targets)];
        }
    });
    BOOST_TEST(taken[0] == 2 * each_thread);
    BOOST_TEST(taken[1] == 0);
    BOOST_TEST(taken[2] == 2 * each_thread);
}

BOOST_AUTO_TEST_CASE(
    every_client_reaches_a_living_target_while_threads_see_targets_die_and_return) {
    plug::pool targets(equal(3), policy::round_robin, no_affinity, 1ms);
    std::atomic<int> lost{0};
    in_threads(4, [&](int thread) {
        for (int each = 0; each < 20'000; ++each) {
            const auto now = start + each * 100us;
            const int dead = (each / 500) % 3;
            tried_targets failed;
            int at = pick(targets, failed, now, numbered(static_cast<std::uint32_t>(thread)));
            if (at == dead) {
                targets.report_failed(static_cast<std::uint32_t>(at), now);
                failed.add(static_cast<std::uint32_t>(at));
                at = pick(targets, failed, now);
            }
            lost += at == nothing || at == dead;
            if (at != nothing && at != dead) {
                targets.report_connected(static_cast<std::uint32_t>(at));
            }
        }
    });
    BOOST_TEST(lost == 0);
    for (std::uint32_t each = 0; each < 3; ++each) {
        BOOST_TEST(targets.connections(each) == 0U);
        targets.report_connected(each);
    }
    auto all = picks(targets, 6);
    std::sort(all.begin(), all.end());
    BOOST_TEST(all == "001122"); // the counters of what is down came out even
}

BOOST_AUTO_TEST_SUITE_END()
