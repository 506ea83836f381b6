// The choice of target: rotation, first, affinity, health and retries.
#include "core/balance/pool.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

using boost::asio::ip::address;
using plug::policy;
using plug::pool;
using plug::tried_targets;

const pool::time_point start{1h};
const address somebody = boost::asio::ip::make_address("192.0.2.1");
const plug::affinity_config no_affinity;
const std::optional<std::chrono::milliseconds> no_retry;
constexpr int nothing = -1;

plug::affinity_config sticky(std::chrono::seconds timeout = 1h, std::size_t capacity = 1000) {
    return {true, timeout, capacity};
}

std::vector<plug::target_config> equal(std::size_t count) {
    return std::vector<plug::target_config>(count);
}

address numbered(std::uint32_t number) { return boost::asio::ip::address_v4(number); }

int pick(pool& targets, const tried_targets& tried = {}, pool::time_point now = start,
         const address& client = somebody) {
    const auto held = targets.pick(client, tried, now);
    return held ? static_cast<int>(held.target()) : nothing;
}

int pick_at(pool& targets, pool::time_point now) { return pick(targets, {}, now); }

int pick_for(pool& targets, const address& client, pool::time_point now = start) {
    return pick(targets, {}, now, client);
}

tried_targets tried(std::initializer_list<std::uint32_t> all) {
    tried_targets made;
    for (const auto each : all) {
        made.add(each);
    }
    return made;
}

// What `count` clients get, one after the other.
std::string picks(pool& targets, int count, pool::time_point now = start) {
    std::string all;
    for (int each = 0; each < count; ++each) {
        all += std::to_string(pick_at(targets, now));
    }
    return all;
}

void all_fail(pool& targets, pool::time_point now = start) {
    for (std::uint32_t each = 0; each < targets.size(); ++each) {
        targets.report_failed(each, now);
    }
}

void in_threads(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> all;
    for (int each = 0; each < count; ++each) {
        all.emplace_back(work, each);
    }
    for (auto& each : all) {
        each.join();
    }
}

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

BOOST_AUTO_TEST_CASE(a_retry_that_fails_waits_for_another_period) {
    plug::pool targets(equal(2), policy::first, no_affinity, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(pick_at(targets, start + 10s) == 0);
    targets.report_failed(0, start + 13s);
    BOOST_TEST(pick_at(targets, start + 22s) == 1);
    BOOST_TEST(pick_at(targets, start + 23s) == 0);
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

BOOST_AUTO_TEST_CASE(connections_are_counted_while_leases_are_held) {
    plug::pool targets(equal(2), policy::first, no_affinity, no_retry);
    auto one = targets.pick(somebody, {}, start);
    const auto two = targets.pick(somebody, {}, start);
    BOOST_TEST(targets.connections(0) == 2U);
    BOOST_TEST(targets.connections(1) == 0U);
    one.release();
    BOOST_TEST(targets.connections(0) == 1U);
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

BOOST_AUTO_TEST_CASE(a_client_keeps_going_to_the_target_that_it_got_first) {
    plug::pool targets(equal(3), policy::round_robin, sticky(), no_retry);
    BOOST_TEST(pick_for(targets, numbered(1)) == 0);
    BOOST_TEST(pick_for(targets, numbered(2)) == 1);
    BOOST_TEST(pick_for(targets, numbered(3)) == 2);
    for (int round = 0; round < 5; ++round) {
        BOOST_TEST(pick_for(targets, numbered(2)) == 1);
        BOOST_TEST(pick_for(targets, numbered(1)) == 0);
    }
    BOOST_TEST(pick_for(targets, numbered(4)) == 0); // known clients do not move the rotation
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_client_shares_the_target_of_the_ipv4_client) {
    plug::pool targets(equal(3), policy::round_robin, sticky(), no_retry);
    pick_for(targets, boost::asio::ip::make_address("192.0.2.9"));
    BOOST_TEST(pick_for(targets, boost::asio::ip::make_address("192.0.2.1")) == 1);
    BOOST_TEST(pick_for(targets, boost::asio::ip::make_address("::ffff:192.0.2.1")) == 1);
}

BOOST_AUTO_TEST_CASE(a_client_moves_when_its_target_is_down_and_stays_where_it_went) {
    plug::pool targets(equal(3), policy::round_robin, sticky(), no_retry);
    BOOST_TEST(pick_for(targets, somebody) == 0);
    targets.report_failed(0, start);
    BOOST_TEST(pick(targets, tried({0})) == 1);
    BOOST_TEST(pick_for(targets, somebody) == 1);
    targets.report_connected(0);
    BOOST_TEST(pick_for(targets, somebody) == 1);
}

BOOST_AUTO_TEST_CASE(a_client_is_remembered_for_as_long_as_it_connects) {
    plug::pool targets(equal(2), policy::round_robin, sticky(60s), no_retry);
    BOOST_TEST(pick_for(targets, somebody, start) == 0);
    BOOST_TEST(pick_for(targets, somebody, start + 59s) == 0);
    BOOST_TEST(pick_for(targets, somebody, start + 118s) == 0);
    BOOST_TEST(pick_for(targets, somebody, start + 178s) == 1); // forgotten: the rotation decides
}

BOOST_AUTO_TEST_CASE(the_expiry_of_one_client_moves_nobody_else) {
    plug::pool targets(equal(3), policy::round_robin, sticky(60s), no_retry);
    for (std::uint32_t each = 0; each < 9; ++each) {
        pick_for(targets, numbered(each), start);
    }
    for (std::uint32_t each = 1; each < 9; ++each) {
        pick_for(targets, numbered(each), start + 30s);
    }
    pick_for(targets, numbered(0), start + 61s); // has expired
    for (std::uint32_t each = 1; each < 9; ++each) {
        BOOST_TEST(pick_for(targets, numbered(each), start + 62s) == static_cast<int>(each % 3));
    }
}

BOOST_AUTO_TEST_CASE(first_with_affinity_leaves_a_client_where_it_is) {
    plug::pool targets(equal(2), policy::first, sticky(), no_retry);
    targets.report_failed(0, start);
    BOOST_TEST(pick_for(targets, numbered(1)) == 1);
    targets.report_connected(0);
    BOOST_TEST(pick_for(targets, numbered(1)) == 1);
    BOOST_TEST(pick_for(targets, numbered(2)) == 0);
}

BOOST_AUTO_TEST_CASE(when_all_are_down_a_known_client_takes_the_first_too) {
    plug::pool targets(equal(3), policy::round_robin, sticky(), no_retry);
    pick_for(targets, numbered(1));
    BOOST_TEST(pick_for(targets, numbered(2)) == 1);
    all_fail(targets);
    BOOST_TEST(pick_for(targets, numbered(2)) == 0);
}

BOOST_AUTO_TEST_CASE(one_client_gets_one_target_from_four_threads) {
    constexpr std::uint32_t clients = 2000;
    plug::pool targets(equal(3), policy::round_robin, sticky(1h, clients), no_retry);
    std::vector<std::atomic<int>> seen(clients);
    std::atomic<int> moved{0};
    in_threads(4, [&](int) {
        for (std::uint32_t each = 0; each < clients; ++each) {
            const int got = pick_for(targets, numbered(each)) + 1;
            int before = 0;
            if (!seen[each].compare_exchange_strong(before, got)) {
                moved += before != got;
            }
        }
    });
    BOOST_TEST(moved == 0);
    int taken[4] = {0, 0, 0, 0};
    for (const auto& each : seen) {
        ++taken[each];
    }
    BOOST_TEST(taken[1] == 667); // 2000 clients in rotation over three targets
    BOOST_TEST(taken[2] == 667);
    BOOST_TEST(taken[3] == 666);
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
