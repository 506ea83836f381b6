// What each policy promises, through the pool: over random sequences of events, with one thread and
// with four.
#include "core/balance/pool.hpp"
#include "core/picking/random_numbers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using boost::asio::ip::address;
using plug::policy;
using plug::pool;
using plug::target_config;
using plug::tried_targets;

const pool::time_point start{1h};
const std::optional<std::chrono::milliseconds> no_retry;

constexpr std::array all_policies{policy::round_robin, policy::first, policy::least_connections,
                                  policy::random_two, policy::source_hash};

address client(std::uint32_t number) { return boost::asio::ip::address_v4(number); }

/// Targets t0, t1, ... with these weights.
std::vector<target_config> weighted(std::initializer_list<std::uint32_t> weights) {
    std::vector<target_config> made;
    for (const auto weight : weights) {
        auto& one = made.emplace_back();
        one.name = "t" + std::to_string(made.size() - 1);
        one.weight = weight;
    }
    return made;
}

std::vector<target_config> with_backup(std::size_t primary, std::size_t backups) {
    std::vector<target_config> made(primary + backups);
    for (std::size_t each = 0; each < made.size(); ++each) {
        made[each].name = "t" + std::to_string(each);
        made[each].backup = each >= primary;
    }
    return made;
}

plug::affinity_config sticky() { return {true, 1h, 1000}; }

int pick(pool& targets, std::uint32_t who, const tried_targets& tried = {},
         pool::time_point now = start) {
    const auto held = targets.pick(client(who), tried, now);
    return held ? static_cast<int>(held.target()) : -1;
}

/// How often each target is picked for `count` clients.
std::map<int, int> tally(pool& targets, int count) {
    std::map<int, int> all;
    for (int who = 0; who < count; ++who) {
        ++all[pick(targets, static_cast<std::uint32_t>(who))];
    }
    return all;
}

/// A pool and what a plain model knows of it.
struct modelled_pool {
    explicit modelled_pool(policy wanted)
        : targets(with_backup(primary, backups), wanted, {}, no_retry), up(count, true) {}

    static constexpr std::uint32_t primary = 5;
    static constexpr std::uint32_t backups = 2;
    static constexpr std::uint32_t count = primary + backups;

    [[nodiscard]] bool any_up(std::uint32_t from, std::uint32_t until,
                              const tried_targets& tried) const {
        for (auto each = from; each < until; ++each) {
            if (up[each] && !tried.contains(each)) {
                return true;
            }
        }
        return false;
    }

    /// One client, that goes on until it finds a target whose server runs.
    void serve(std::uint32_t who) {
        tried_targets tried;
        for (std::uint32_t attempt = 0; attempt < count; ++attempt) {
            auto held = targets.pick(client(who), tried, start);
            BOOST_REQUIRE(bool(held));
            const auto target = held.target();
            BOOST_TEST(!tried.contains(target));
            if (any_up(0, count, tried)) {
                BOOST_TEST(up[target], "a target that is down, while one is up");
            }
            if (target >= primary) {
                BOOST_TEST(!any_up(0, primary, tried), "a backup, while another is up");
            }
            if (runs[target]) {
                mark_up(target);
                leases.push_back(std::move(held));
                return;
            }
            targets.report_failed(target, start);
            up[target] = false;
            tried.add(target);
        }
    }

    void mark_up(std::uint32_t target) {
        targets.report_connected(target);
        up[target] = true;
    }

    pool targets;
    std::vector<bool> up;
    std::vector<bool> runs = std::vector<bool>(count, true);
    std::deque<plug::lease> leases;
};

} // namespace

namespace plug {
// Boost.Test names its cases by it.
static std::ostream& operator<<(std::ostream& out, policy named) {
    return out << static_cast<int>(named);
}
} // namespace plug

BOOST_AUTO_TEST_SUITE(policies)

BOOST_AUTO_TEST_CASE(round_robin_by_weight_gives_each_its_share) {
    pool targets(weighted({3, 1, 2}), policy::round_robin, {}, no_retry);
    for (int round = 0; round < 10; ++round) {
        BOOST_TEST((tally(targets, 6) == std::map<int, int>{{0, 3}, {1, 1}, {2, 2}}));
    }
}

BOOST_AUTO_TEST_CASE(round_robin_by_weight_is_exact_over_four_threads) {
    pool targets(weighted({3, 1, 2}), policy::round_robin, {}, no_retry);
    std::array<std::atomic<int>, 3> got{};
    std::vector<std::thread> threads;
    for (int each = 0; each < 4; ++each) {
        threads.emplace_back([&] {
            for (int count = 0; count < 3000; ++count) {
                ++got.at(static_cast<std::size_t>(pick(targets, 1)));
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    BOOST_TEST(got[0] == 6000);
    BOOST_TEST(got[1] == 2000);
    BOOST_TEST(got[2] == 4000);
}

BOOST_AUTO_TEST_CASE(least_connections_goes_where_most_room_is) {
    pool targets(weighted({1, 1, 2}), policy::least_connections, {}, no_retry);
    std::vector<plug::lease> held;
    for (int each = 0; each < 40; ++each) {
        held.push_back(targets.pick(client(1), {}, start));
    }
    BOOST_TEST(targets.connections(0) == 10U);
    BOOST_TEST(targets.connections(1) == 10U);
    BOOST_TEST(targets.connections(2) == 20U);
    std::erase_if(held, [](const plug::lease& one) { return one.target() == 1; });
    for (int each = 0; each < 9; ++each) {
        held.push_back(targets.pick(client(1), {}, start));
        BOOST_TEST(held.back().target() == 1U); // whose connections have all ended
    }
}

BOOST_AUTO_TEST_CASE(random_two_never_takes_the_busiest_of_all) {
    pool targets(weighted({1, 1, 1}), policy::random_two, {}, no_retry);
    std::vector<plug::lease> held;
    for (int each = 0; each < 300; ++each) {
        const auto busiest =
            std::max({targets.connections(0), targets.connections(1), targets.connections(2)});
        const auto alone = (targets.connections(0) == busiest) +
                               (targets.connections(1) == busiest) +
                               (targets.connections(2) == busiest) ==
                           1;
        held.push_back(targets.pick(client(1), {}, start));
        const auto before = targets.connections(held.back().target()) - 1;
        BOOST_TEST((!alone || before < busiest));
    }
}

BOOST_AUTO_TEST_CASE(source_hash_is_agreed_on_by_pools_that_never_met) {
    auto reversed = weighted({1, 1, 1, 1, 1});
    pool one(reversed, policy::source_hash, {}, no_retry);
    std::ranges::reverse(reversed);
    pool other(reversed, policy::source_hash, {}, no_retry);
    std::map<int, int> spread;
    for (std::uint32_t who = 0; who < 5000; ++who) {
        const int target = pick(one, who);
        BOOST_TEST(target == 4 - pick(other, who));
        ++spread[target];
    }
    for (const auto& [target, clients] : spread) {
        BOOST_TEST(clients > 800, "target " << target << " has " << clients);
        BOOST_TEST(clients < 1200, "target " << target << " has " << clients);
    }
}

BOOST_AUTO_TEST_CASE(source_hash_moves_nobody_but_the_clients_of_the_target_that_is_lost) {
    pool targets(weighted({1, 1, 1, 1}), policy::source_hash, {}, no_retry);
    std::vector<int> before;
    for (std::uint32_t who = 0; who < 1000; ++who) {
        before.push_back(pick(targets, who));
    }
    targets.report_failed(2, start);
    for (std::uint32_t who = 0; who < 1000; ++who) {
        const int now = pick(targets, who);
        BOOST_TEST((before[who] == 2 ? now != 2 : now == before[who]));
    }
    targets.report_connected(2);
    for (std::uint32_t who = 0; who < 1000; ++who) {
        BOOST_TEST(pick(targets, who) == before[who]);
    }
}

BOOST_DATA_TEST_CASE(backups_serve_only_while_no_other_is_up, data::make(all_policies), wanted) {
    pool targets(with_backup(2, 1), wanted, {}, no_retry);
    BOOST_TEST(tally(targets, 30).count(2) == 0U);
    targets.report_failed(0, start);
    BOOST_TEST((tally(targets, 30) == std::map<int, int>{{1, 30}}));
    targets.report_failed(1, start);
    BOOST_TEST((tally(targets, 30) == std::map<int, int>{{2, 30}}));
    targets.report_connected(0);
    BOOST_TEST((tally(targets, 30) == std::map<int, int>{{0, 30}}));
}

BOOST_DATA_TEST_CASE(a_target_of_weight_0_gets_no_clients, data::make(all_policies), wanted) {
    pool targets(weighted({1, 0, 1}), wanted, {}, no_retry);
    BOOST_TEST(tally(targets, 100).count(1) == 0U);
    // Not even as the last resort.
    targets.report_failed(0, start);
    targets.report_failed(2, start);
    BOOST_TEST(tally(targets, 100).count(1) == 0U);
    BOOST_TEST(tally(targets, 100).count(-1) == 0U);
}

BOOST_DATA_TEST_CASE(a_target_that_is_down_is_tried_again_when_its_time_has_come,
                     data::make(all_policies), wanted) {
    pool targets(weighted({1, 1}), wanted, {}, 10s);
    targets.report_failed(0, start);
    targets.report_failed(0, start + 1s); // by a client that was on its way
    const auto seen = [&](pool::time_point now) {
        bool found = false;
        for (std::uint32_t who = 0; who < 50; ++who) {
            found |= pick(targets, who, {}, now) == 0;
        }
        return found;
    };
    BOOST_TEST(!seen(start + 10s));
    BOOST_TEST(seen(start + 11s));
    BOOST_TEST(!seen(start + 12s)); // one client pays for the attempt
    BOOST_TEST(seen(start + 21s + 1ms));
}

BOOST_DATA_TEST_CASE(a_client_that_sticks_stays_where_it_is, data::make(all_policies), wanted) {
    pool targets(weighted({1, 1, 1}), wanted, sticky(), no_retry);
    for (std::uint32_t who = 0; who < 20; ++who) {
        const int first = pick(targets, who);
        for (std::uint32_t other = 100; other < 107; ++other) {
            pick(targets, other);
        }
        BOOST_TEST(pick(targets, who) == first);
    }
}

BOOST_DATA_TEST_CASE(whatever_happens_a_living_target_is_found_and_no_lease_is_lost,
                     data::make(all_policies) * data::xrange(5), wanted, seed) {
    plug::random_numbers random(static_cast<std::uint64_t>(seed) + 1);
    modelled_pool model(wanted);
    for (std::uint32_t step = 0; step < 2000; ++step) {
        const auto target = random.below(modelled_pool::count);
        const auto event = random.below(10);
        // One of each kind runs always, so that never all of them are down.
        if (event == 0 && target != 0 && target != modelled_pool::primary) {
            model.runs[target] = false;
        } else if (event == 1) {
            model.runs[target] = true;
            model.mark_up(target);
        } else if (event < 5 && !model.leases.empty()) {
            model.leases.erase(model.leases.begin() +
                               random.below(static_cast<std::uint32_t>(model.leases.size())));
        } else {
            model.serve(random.below(50));
        }
    }
    std::vector<std::uint32_t> counted(modelled_pool::count);
    for (const auto& held : model.leases) {
        ++counted[held.target()];
    }
    for (std::uint32_t each = 0; each < modelled_pool::count; ++each) {
        BOOST_TEST(model.targets.connections(each) == counted[each]);
    }
    model.leases.clear();
    for (std::uint32_t each = 0; each < modelled_pool::count; ++each) {
        BOOST_TEST(model.targets.connections(each) == 0U);
    }
}

BOOST_DATA_TEST_CASE(leases_come_and_go_in_four_threads, data::make(all_policies), wanted) {
    pool targets(with_backup(3, 1), wanted, {}, 1ms);
    std::vector<std::thread> threads;
    for (std::uint32_t each = 0; each < 4; ++each) {
        threads.emplace_back([&, each] {
            plug::random_numbers random(each);
            for (int count = 0; count < 2000; ++count) {
                auto held = targets.pick(client(random.below(100)), {}, start);
                if (random.below(4) == 0) {
                    targets.report_failed(held.target(), start);
                } else {
                    targets.report_connected(held.target());
                }
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    for (std::uint32_t each = 0; each < 4; ++each) {
        BOOST_TEST(targets.connections(each) == 0U);
    }
    BOOST_TEST(pick(targets, 1) != -1);
}

BOOST_AUTO_TEST_SUITE_END()
