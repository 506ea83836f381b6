// What active checks do to picks, beside what connects have taught.
#include "core/balance/pool.hpp"
#include "core/picking/random_numbers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using plug::health_news;
using plug::policy;
using plug::pool;
using plug::target_config;
using plug::tried_targets;

const pool::time_point start{1h};
const std::optional<std::chrono::milliseconds> no_retry;
constexpr std::array all_policies{policy::round_robin, policy::first, policy::least_connections,
                                  policy::random_two, policy::source_hash};

constexpr plug::check_finding fell{false, false, 2};
constexpr plug::check_finding failed_once{false, true, 2};
constexpr plug::check_finding rose{true, true, 2};
constexpr plug::check_finding passed = rose;

std::vector<target_config> targets_with_backups(std::uint32_t primary, std::uint32_t backups) {
    std::vector<target_config> made(primary + backups);
    for (std::uint32_t each = 0; each < made.size(); ++each) {
        made[each].name = "t" + std::to_string(each);
        made[each].backup = each >= primary;
    }
    return made;
}

struct checked_pool {
    explicit checked_pool(std::uint32_t primary, std::uint32_t backups = 0,
                          policy wanted = policy::round_robin,
                          std::optional<std::chrono::milliseconds> retry = no_retry)
        : targets(targets_with_backups(primary, backups), wanted, {}, retry) {}

    /// What `count` clients get.
    std::string picks(int count, pool::time_point now = start) {
        std::string all;
        for (int each = 0; each < count; ++each) {
            const auto held = targets.pick(boost::asio::ip::address_v4(7), {}, now);
            all += held ? std::to_string(held.target()) : "-";
        }
        return all;
    }

    pool targets;
};

/// A pool beside a plain model of it: what connects and checks have said of each target.
struct modelled_pool {
    explicit modelled_pool(policy wanted)
        : targets(targets_with_backups(4, 2), wanted, {}, no_retry) {}

    static constexpr std::uint32_t count = 6;

    [[nodiscard]] bool is_up(std::uint32_t target) const {
        bool heeded = false;
        for (const bool called_up : checked_up) {
            heeded |= called_up;
        }
        return reached[target] && (checked_up[target] || !heeded);
    }

    template <typename Is> bool any_untried(const tried_targets& tried, Is is) const {
        for (std::uint32_t each = 0; each < count; ++each) {
            if (!tried.contains(each) && is(each)) {
                return true;
            }
        }
        return false;
    }

    void serve(plug::random_numbers& random) {
        tried_targets tried;
        for (std::uint32_t attempt = 0; attempt < count; ++attempt) {
            const auto up = [&](std::uint32_t each) { return is_up(each); };
            if (!any_untried({}, up)) {
                reached.assign(count, true); // all get another chance
            }
            const bool one_is_up = any_untried(tried, up);
            const bool one_is_not_called_down =
                any_untried(tried, [&](std::uint32_t each) { return checked_up[each]; });
            const auto held =
                targets.pick(boost::asio::ip::address_v4(random.below(50)), tried, start);
            BOOST_REQUIRE(bool(held));
            const auto target = held.target();
            BOOST_TEST((!one_is_up || is_up(target)), "one that is down, while one is up");
            BOOST_TEST((!one_is_not_called_down || checked_up[target]),
                       "one that its check calls down, while there is another");
            reached[target] = random.below(4) != 0;
            if (reached[target]) {
                targets.report_connected(target);
                return;
            }
            targets.report_failed(target, start);
            tried.add(target);
        }
    }

    void check(std::uint32_t target, bool up) {
        targets.report_check(target, {up, up, 1});
        checked_up[target] = up;
        reached[target] = reached[target] || up;
    }

    pool targets;
    std::vector<bool> reached = std::vector<bool>(count, true);
    std::vector<bool> checked_up = std::vector<bool>(count, true);
};

} // namespace

namespace plug {
// Boost.Test names its cases by it.
static std::ostream& operator<<(std::ostream& out, policy named) {
    return out << static_cast<int>(named);
}
static std::ostream& operator<<(std::ostream& out, health_news news) {
    return out << static_cast<int>(news);
}
} // namespace plug

BOOST_AUTO_TEST_SUITE(pool_checks)

BOOST_AUTO_TEST_CASE(a_target_that_its_check_calls_down_is_left_out_until_it_rises) {
    checked_pool checked(3);
    checked.targets.report_check(1, fell);
    BOOST_TEST(checked.picks(4) == "0202");
    checked.targets.report_check(1, rose);
    BOOST_TEST(checked.picks(3).find('1') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_probe_that_fails_takes_nothing_out_by_itself) {
    checked_pool checked(2);
    BOOST_TEST(checked.targets.report_check(1, failed_once) == health_news::none);
    BOOST_TEST(checked.picks(4) == "0101");
}

BOOST_AUTO_TEST_CASE(a_connect_that_succeeds_does_not_overrule_a_check) {
    checked_pool checked(2);
    checked.targets.report_check(1, fell);
    BOOST_TEST(!checked.targets.report_connected(1)); // no news either
    BOOST_TEST(checked.picks(3) == "000");
}

BOOST_AUTO_TEST_CASE(the_retry_time_does_not_bring_back_what_a_check_calls_down) {
    checked_pool checked(2, 0, policy::round_robin, 10s);
    checked.targets.report_failed(1, start);
    checked.targets.report_check(1, fell);
    BOOST_TEST(checked.picks(3, start + 11s) == "000");
    BOOST_TEST(checked.picks(3, start + 30s) == "000");
}

BOOST_AUTO_TEST_CASE(the_retry_time_brings_back_what_a_connect_found_down_though_it_has_a_check) {
    checked_pool checked(2, 0, policy::first, 10s);
    checked.targets.report_failed(0, start);
    checked.targets.report_check(0, passed);
    BOOST_TEST(checked.picks(1, start + 9s) == "1");
    BOOST_TEST(checked.picks(1, start + 10s) == "0");
}

BOOST_AUTO_TEST_CASE(as_many_passes_as_rise_asks_for_bring_back_what_a_connect_found_down) {
    checked_pool checked(2, 0, policy::first);
    checked.targets.report_failed(0, start);
    BOOST_TEST(checked.targets.report_check(0, passed) == health_news::none);
    BOOST_TEST(checked.targets.report_check(0, failed_once) == health_news::none);
    BOOST_TEST(checked.targets.report_check(0, passed) == health_news::none);
    BOOST_TEST(checked.picks(1) == "1");
    BOOST_TEST(checked.targets.report_check(0, passed) == health_news::up);
    BOOST_TEST(checked.picks(1) == "0");
}

BOOST_AUTO_TEST_CASE(a_change_is_news_once_whoever_sees_it_first) {
    checked_pool checked(2);
    BOOST_TEST(checked.targets.report_failed(1, start));
    BOOST_TEST(checked.targets.report_check(1, fell) == health_news::none);
    BOOST_TEST(checked.targets.report_check(1, fell) == health_news::none);
    BOOST_TEST(checked.targets.report_check(1, rose) == health_news::up);
    BOOST_TEST(checked.targets.report_check(1, rose) == health_news::none);
    BOOST_TEST(!checked.targets.report_connected(1));
    BOOST_TEST(checked.targets.report_check(1, fell) == health_news::down);
    BOOST_TEST(!checked.targets.report_failed(1, start));
}

BOOST_AUTO_TEST_CASE(backups_take_over_when_checks_call_all_others_down) {
    checked_pool checked(2, 1);
    checked.targets.report_check(0, fell);
    checked.targets.report_check(1, fell);
    BOOST_TEST(checked.picks(3) == "222");
}

BOOST_AUTO_TEST_CASE(checks_that_call_all_down_are_not_heeded_until_one_rises) {
    checked_pool checked(3);
    for (std::uint32_t each = 0; each < 3; ++each) {
        BOOST_TEST(checked.targets.report_check(each, fell) == health_news::down);
    }
    auto shared = checked.picks(6);
    std::sort(shared.begin(), shared.end());
    BOOST_TEST(shared == "001122");
    BOOST_TEST(checked.targets.report_check(2, rose) == health_news::up);
    BOOST_TEST(checked.picks(3) == "222");
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_moves_when_a_check_calls_its_target_down) {
    pool targets(targets_with_backups(2, 0), policy::round_robin, {true, 1h, 1000}, no_retry);
    const auto client = boost::asio::ip::address_v4(7);
    BOOST_TEST(targets.pick(client, {}, start).target() == 0U);
    targets.report_check(0, fell);
    BOOST_TEST(targets.pick(client, {}, start).target() == 1U);
}

BOOST_DATA_TEST_CASE(whatever_happens_none_is_picked_that_is_down_while_one_is_up,
                     data::make(all_policies) * data::xrange(5), wanted, seed) {
    plug::random_numbers random(static_cast<std::uint64_t>(seed) + 1);
    modelled_pool model(wanted);
    for (int step = 0; step < 3000; ++step) {
        const auto event = random.below(10);
        if (event < 2) {
            model.check(random.below(modelled_pool::count), event == 0);
        } else {
            model.serve(random);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
