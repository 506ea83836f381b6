// Why a pool has picked what it has picked.
#include "core/balance/pool.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace plug {
// Found by Boost.Test when a comparison fails.
static std::ostream& boost_test_print_type(std::ostream& out, pick_reason reason) {
    return out << static_cast<int>(reason);
}
} // namespace plug

namespace {

using plug::pick_reason;
using plug::policy;
using plug::pool;

const pool::time_point start{1h};
const auto somebody = boost::asio::ip::make_address("192.0.2.1");

std::vector<plug::target_config> two_and_a_backup() {
    std::vector<plug::target_config> made(3);
    made[2].backup = true;
    return made;
}

pick_reason reason_at(pool& targets, pool::time_point now = start,
                      const plug::tried_targets& tried = {}) {
    return targets.pick(somebody, tried, now).reason();
}

} // namespace

BOOST_AUTO_TEST_SUITE(pick_reasons)

BOOST_AUTO_TEST_CASE(every_policy_gives_its_own_reason) {
    const std::pair<policy, pick_reason> all[] = {
        {policy::round_robin, pick_reason::rotation},
        {policy::first, pick_reason::first},
        {policy::least_connections, pick_reason::fewest_connections},
        {policy::random_two, pick_reason::two_at_random},
        {policy::source_hash, pick_reason::hash}};
    for (const auto& [wanted, reason] : all) {
        pool targets(two_and_a_backup(), wanted, {}, {});
        BOOST_TEST(reason_at(targets) == reason);
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_is_remembered_sticks_and_a_new_one_does_not) {
    pool targets(two_and_a_backup(), policy::round_robin, {true, 1h, 10}, {});
    BOOST_TEST(reason_at(targets) == pick_reason::rotation);
    BOOST_TEST(reason_at(targets) == pick_reason::sticky);
}

BOOST_AUTO_TEST_CASE(behind_all_others_comes_a_backup_and_then_the_last_resort) {
    pool targets(two_and_a_backup(), policy::first, {}, {});
    targets.report_failed(0, start);
    BOOST_TEST(reason_at(targets) == pick_reason::first);
    targets.report_failed(1, start);
    BOOST_TEST(reason_at(targets) == pick_reason::backup);
    targets.report_failed(2, start);
    BOOST_TEST(reason_at(targets) == pick_reason::last_resort);
}

BOOST_AUTO_TEST_CASE(a_target_whose_retry_time_has_come_is_a_retry) {
    pool targets(two_and_a_backup(), policy::first, {}, 10s);
    targets.report_failed(0, start);
    BOOST_TEST(reason_at(targets, start + 9s) == pick_reason::first);
    BOOST_TEST(reason_at(targets, start + 10s) == pick_reason::retry);
}

BOOST_AUTO_TEST_CASE(without_a_target_left_there_is_no_reason) {
    pool targets(std::vector<plug::target_config>(1), policy::first, {}, {});
    plug::tried_targets all;
    all.add(0);
    BOOST_TEST(reason_at(targets, start, all) == pick_reason::none);
}

BOOST_AUTO_TEST_CASE(a_lease_that_moves_keeps_its_reason) {
    pool targets(two_and_a_backup(), policy::first, {}, {});
    auto from = targets.pick(somebody, {}, start);
    plug::lease to;
    to = std::move(from);
    to.release();
    BOOST_TEST(to.reason() == pick_reason::first);
    BOOST_TEST(plug::lease(std::move(to)).reason() == pick_reason::first);
}

BOOST_AUTO_TEST_SUITE_END()
