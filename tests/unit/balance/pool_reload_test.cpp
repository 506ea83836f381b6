// What the pool of a plug takes over from the one before a reload.
#include "core/balance/pool.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

using boost::asio::ip::address;
using plug::policy;
using plug::pool;

const pool::time_point start{1h};
const address somebody = boost::asio::ip::make_address("192.0.2.1");
const plug::affinity_config no_affinity;
const plug::affinity_config sticky{true, 1h, 1000};

std::vector<plug::target_config> named(const std::string& letters) {
    std::vector<plug::target_config> all;
    for (const char letter : letters) {
        auto& made = all.emplace_back();
        made.name = std::string(1, letter);
        made.where = {std::string(1, letter) + ".example", 80, {}};
    }
    return all;
}

std::shared_ptr<pool> made(const std::string& letters, policy wanted = policy::round_robin,
                           const plug::affinity_config& affinity = no_affinity) {
    return std::make_shared<pool>(named(letters), wanted, affinity, 10s);
}

std::shared_ptr<pool> reloaded(const std::shared_ptr<pool>& before, const std::string& letters,
                               policy wanted = policy::round_robin,
                               const plug::affinity_config& affinity = no_affinity) {
    auto next = std::make_shared<pool>(named(letters), wanted, affinity, 10s, before.get());
    before->hand_over_to(*next);
    return next;
}

std::uint32_t pick(pool& targets, pool::time_point now = start, const address& client = somebody) {
    const auto held = targets.pick(client, {}, now);
    return held.target();
}

} // namespace

BOOST_AUTO_TEST_SUITE(pool_reload)

BOOST_AUTO_TEST_CASE(a_target_that_is_down_stays_down) {
    const auto before = made("ab");
    before->report_failed(1, start);
    const auto next = reloaded(before, "cba");
    for (int each = 0; each < 6; ++each) {
        BOOST_TEST(pick(*next) != 1U);
    }
    BOOST_TEST(next->report_connected(1));
}

BOOST_AUTO_TEST_CASE(its_retry_time_goes_on) {
    const auto before = made("ab", policy::first);
    before->report_failed(0, start);
    const auto next = reloaded(before, "ab", policy::first);
    BOOST_TEST(pick(*next, start + 9s) == 1U);
    BOOST_TEST(pick(*next, start + 10s) == 0U);
}

BOOST_AUTO_TEST_CASE(a_target_that_is_somewhere_else_now_is_up) {
    const auto before = made("ab", policy::first);
    before->report_failed(0, start);
    auto targets = named("ab");
    targets[0].where.port = 81;
    const auto next =
        std::make_shared<pool>(targets, policy::first, no_affinity, 10s, before.get());
    before->hand_over_to(*next);
    BOOST_TEST(pick(*next) == 0U);
}

BOOST_AUTO_TEST_CASE(what_happens_until_the_last_moment_goes_over) {
    const auto before = made("abc", policy::round_robin, sticky);
    const auto other = boost::asio::ip::make_address("192.0.2.2");
    const auto next = std::make_shared<pool>(named("abc"), policy::round_robin, sticky, 10s,
                                             before.get()); // and now names are resolved
    BOOST_TEST(pick(*before) == 0U);
    BOOST_TEST(pick(*before, start, other) == 1U);
    BOOST_TEST(before->report_failed(2, start));
    before->hand_over_to(*next);
    BOOST_TEST(pick(*next, start, other) == 1U);
    BOOST_TEST(pick(*next) == 0U);
    BOOST_TEST(!next->report_failed(2, start)); // it is no news there
    BOOST_TEST(next->report_connected(2));
}

BOOST_AUTO_TEST_CASE(clients_keep_the_target_that_they_got) {
    const auto before = made("abc", policy::round_robin, sticky);
    const auto other = boost::asio::ip::make_address("192.0.2.2");
    BOOST_TEST(pick(*before) == 0U);
    BOOST_TEST(pick(*before, start, other) == 1U);
    const auto next = reloaded(before, "xba", policy::round_robin, sticky);
    BOOST_TEST(pick(*next, start + 1s, other) == 1U);
    BOOST_TEST(pick(*next, start + 1s) == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_began_before_keeps_its_client_remembered_over_reloads) {
    const auto first = made("ab", policy::round_robin, sticky);
    auto held = first->pick(somebody, {}, start);
    BOOST_TEST(held.target() == 0U);
    const auto second = reloaded(first, "cba", policy::round_robin, sticky);
    const auto third = reloaded(second, "ba", policy::round_robin, sticky);
    BOOST_TEST(pick(*third, start + 2h) == 1U);
    held.release(start + 4h);
    BOOST_TEST(pick(*third, start + 5h - 1s) == 1U);
    BOOST_TEST(pick(*third, start + 7h) == 0U); // forgotten
}

BOOST_AUTO_TEST_CASE(one_on_a_target_that_is_gone_keeps_its_client_remembered_with_another) {
    const auto before = made("ab", policy::first, sticky);
    auto held = before->pick(somebody, {}, start);
    BOOST_TEST(held.target() == 0U);
    before->report_failed(0, start);
    BOOST_TEST(pick(*before) == 1U);
    const auto next = reloaded(before, "cb", policy::first, sticky);
    BOOST_TEST(pick(*next, start + 2h) == 1U);
    held.release(start + 3h);
    BOOST_TEST(pick(*next, start + 4h - 1s) == 1U);
    BOOST_TEST(pick(*next, start + 6h) == 0U);
}

BOOST_AUTO_TEST_CASE(the_clients_of_a_target_that_is_gone_get_another) {
    const auto before = made("ab", policy::first, sticky);
    BOOST_TEST(pick(*before) == 0U);
    const auto next = reloaded(before, "cb", policy::first, sticky);
    BOOST_TEST(pick(*next, start + 1s) == 0U);
    BOOST_TEST(next->connections(0) == 0U);
}

BOOST_AUTO_TEST_CASE(connections_that_began_before_count_until_they_end) {
    const auto before = made("ab", policy::first);
    auto held = before->pick(somebody, {}, start);
    const auto next = reloaded(before, "ba", policy::first);
    BOOST_TEST(next->connections(1) == 1U);
    held.release();
    BOOST_TEST(next->connections(1) == 0U);
}

BOOST_AUTO_TEST_CASE(least_connections_sees_those_that_began_before_and_hears_of_their_end) {
    const auto before = made("ab", policy::first);
    auto first = before->pick(somebody, {}, start);
    auto second = before->pick(somebody, {}, start);
    const auto next = reloaded(before, "ab", policy::least_connections);
    const auto third = next->pick(somebody, {}, start);
    const auto fourth = next->pick(somebody, {}, start);
    BOOST_TEST(third.target() == 1U);
    BOOST_TEST(fourth.target() == 1U);
    first.release();
    second.release();
    BOOST_TEST(pick(*next) == 0U);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_connection_is_told_over_several_reloads) {
    const auto first = made("ab", policy::least_connections);
    auto held = first->pick(somebody, {}, start);
    BOOST_TEST(held.target() == 0U);
    const auto second = reloaded(first, "ba", policy::round_robin);
    const auto third = reloaded(second, "ab", policy::least_connections);
    const auto on_the_other = third->pick(somebody, {}, start);
    BOOST_TEST(on_the_other.target() == 1U);
    held.release();
    BOOST_TEST(pick(*third) == 0U);
}

BOOST_AUTO_TEST_CASE(a_lease_holds_no_pool_and_the_newest_hears_of_its_end) {
    auto newest = made("ab", policy::least_connections, sticky);
    auto held = newest->pick(somebody, {}, start);
    for (int reload = 0; reload < 1000; ++reload) {
        const std::weak_ptr<pool> before = newest;
        newest = reloaded(newest, reload % 2 == 0 ? "ba" : "ab", policy::least_connections, sticky);
        BOOST_TEST_REQUIRE(before.expired());
    }
    const auto other = boost::asio::ip::make_address("192.0.2.2");
    const auto on_the_other = newest->pick(other, {}, start);
    BOOST_TEST(on_the_other.target() == 1U);
    held.release(start + 1s);
    BOOST_TEST(newest->connections(0) == 0U);
    const auto third = boost::asio::ip::make_address("192.0.2.3");
    BOOST_TEST(pick(*newest, start + 1s, third) == 0U);
    BOOST_TEST(pick(*newest, start + 1h) == 0U);        // remembered from the end on
    BOOST_TEST(pick(*newest, start + 3h, third) == 0U); // and clients expire
}

BOOST_AUTO_TEST_CASE(a_sticky_lease_outlives_a_pool_that_remembers_nobody_and_all_pools) {
    auto newest = made("ab", policy::round_robin, sticky);
    auto first = newest->pick(somebody, {}, start);
    auto second = newest->pick(somebody, {}, start);
    newest = reloaded(newest, "ab");
    newest = reloaded(newest, "ab", policy::round_robin, sticky);
    first.release(start + 1s);
    BOOST_TEST(newest->connections(0) == 1U);
    newest.reset();
    second.release(start + 2s);
    BOOST_TEST(!second);
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_made_and_never_takes_over_leaves_no_trace) {
    const auto before = made("ab", policy::least_connections);
    auto held = before->pick(somebody, {}, start);
    std::make_shared<pool>(named("ba"), policy::least_connections, no_affinity, 10s, before.get());
    const auto on_the_other = before->pick(somebody, {}, start);
    BOOST_TEST(on_the_other.target() == 1U);
    held.release();
    BOOST_TEST(pick(*before) == 0U);
}

BOOST_AUTO_TEST_CASE(targets_of_equal_labels_keep_their_order) {
    const auto before = made("aa", policy::first);
    before->report_failed(0, start);
    const auto next = reloaded(before, "aa", policy::first);
    BOOST_TEST(pick(*next) == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_check_has_said_counts_until_it_is_forgotten) {
    const auto before = made("ab", policy::first);
    before->report_check(0, {false, false, 1});
    const auto next = reloaded(before, "ab", policy::first);
    BOOST_TEST(pick(*next) == 1U);
    BOOST_TEST((next->forget_check(0) == plug::health_news::up));
    BOOST_TEST(pick(*next) == 0U);
}

BOOST_AUTO_TEST_CASE(checks_that_call_down_all_that_is_left_are_not_heeded) {
    const auto before = made("abc", policy::first);
    before->report_check(0, {false, false, 1});
    before->report_check(1, {false, false, 1});
    const auto next = reloaded(before, "ab", policy::first);
    BOOST_TEST(pick(*next) == 0U);
    next->report_check(1, {true, true, 1});
    BOOST_TEST(pick(*next) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
