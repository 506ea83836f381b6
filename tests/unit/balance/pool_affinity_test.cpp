// The choice of target where clients stick to the one that they got first.
#include "tests/unit/picking/picking.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <vector>

using namespace std::chrono_literals;
using namespace plug::test;

namespace {

using plug::policy;
using plug::pool;

plug::affinity_config sticky(std::chrono::seconds timeout = 1h, std::size_t capacity = 1000) {
    return {true, timeout, capacity};
}

int pick_for(pool& targets, const address& client, pool::time_point now = start) {
    return pick(targets, {}, now, client);
}

} // namespace

BOOST_AUTO_TEST_SUITE(pool_affinity)

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

BOOST_AUTO_TEST_CASE(a_client_is_not_forgotten_while_it_holds_a_connection) {
    plug::pool targets(equal(2), policy::round_robin, sticky(60s), no_retry);
    auto held = targets.pick(somebody, {}, start);
    BOOST_TEST(held.target() == 0U);
    BOOST_TEST(pick_for(targets, somebody, start + 1h) == 0);
    held.release(start + 2h);
    BOOST_TEST(pick_for(targets, somebody, start + 2h + 59s) == 0);
    BOOST_TEST(pick_for(targets, somebody, start + 2h + 119s) == 1);
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

BOOST_AUTO_TEST_SUITE_END()
