// What a pool tells of its next pick is what it picks, and looking changes nothing.
#include "core/balance/explanation.hpp"

#include "core/balance/pool.hpp"
#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::pick_reason;
using plug::policy;
using plug::pool;

constexpr std::uint32_t target_count = 7;
constexpr policy policies[] = {policy::round_robin, policy::first, policy::least_connections,
                               policy::random_two, policy::source_hash};
const pool::time_point start{1h};

boost::asio::ip::address numbered(std::uint32_t number) {
    return boost::asio::ip::address_v4(0x0a000000U + number);
}

/// How a pool of the property tests is set up.
struct setting {
    policy wanted;
    bool sticky;
    bool retries;
    bool equal_weights;
    bool limited = false;
    bool slow_start = false;
};

plug::pool_options options_for(const setting& wanted) {
    plug::pool_options made;
    made.slow_start = wanted.slow_start ? 20'000ms : 0ms;
    if (wanted.limited) {
        made.max_connections = 3;
    }
    return made;
}

std::vector<setting> all_settings() {
    std::vector<setting> made;
    for (const auto wanted : policies) {
        // The last bit, slow start, where that means something.
        for (unsigned bits = 0; bits < (plug::ramps_up(wanted) ? 32U : 16U); ++bits) {
            made.push_back({wanted, (bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0,
                            (bits & 8U) != 0, (bits & 16U) != 0});
        }
    }
    return made;
}

std::vector<plug::target_config> targets_for(const setting& wanted) {
    std::vector<plug::target_config> made(target_count);
    for (std::uint32_t index = 0; index < target_count; ++index) {
        made[index].name = "t" + std::to_string(index);
        made[index].backup = index >= 5;
        made[index].weight = wanted.equal_weights ? 1 : index; // one of weight 0 among them
    }
    return made;
}

/// A pool and what happens to it, by chance, but the same for the same seed.
class eventful_pool {
public:
    eventful_pool(const setting& wanted, std::uint64_t seed)
        : targets(targets_for(wanted), wanted.wanted, {wanted.sticky, 60s, 5},
                  wanted.retries ? std::optional(10'000ms) : std::nullopt, options_for(wanted)),
          random_(seed), checks_(target_count, true) {}

    /// Anything but a pick for this client.
    void happen() {
        const auto target = random_.below(target_count);
        switch (random_.below(7)) {
        case 0:
            targets.report_failed(target, now);
            break;
        case 1:
            targets.report_connected(target);
            break;
        case 2:
            checks_[target] = !checks_[target];
            targets.report_check(target, {checks_[target], checks_[target], 1});
            break;
        case 3:
            now += std::chrono::milliseconds(random_.below(9000));
            break;
        case 4:
            if (!held.empty()) {
                std::swap(held[random_.below(static_cast<std::uint32_t>(held.size()))],
                          held.back());
                held.pop_back();
            }
            break;
        default:
            pick(numbered(random_.below(8)));
        }
    }

    const plug::lease& pick(const boost::asio::ip::address& client) {
        held.push_back(targets.pick(client, {}, now));
        return held.back();
    }

    boost::asio::ip::address any_client() { return numbered(random_.below(8)); }

    pool targets;
    pool::time_point now = start;
    std::vector<plug::lease> held;

private:
    plug::random_numbers random_;
    std::vector<bool> checks_;
};

void is_borne_out(const plug::pool_explanation& told, const plug::lease& picked, bool by_chance) {
    if (told.picked || !by_chance) {
        BOOST_TEST((told.reason == picked.reason()));
    }
    if (told.picked) {
        BOOST_REQUIRE(static_cast<bool>(picked));
        BOOST_TEST(*told.picked == picked.target());
    } else if (picked) {
        BOOST_TEST(by_chance);
        BOOST_TEST(told.candidates[picked.target()].may_be_picked);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(explanation)

BOOST_AUTO_TEST_CASE(what_is_told_is_what_the_next_pick_gives_under_every_policy) {
    for (const auto& wanted : all_settings()) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            eventful_pool scene(wanted, seed);
            for (int step = 0; step < 200; ++step) {
                scene.happen();
                const auto client = scene.any_client();
                const auto told = scene.targets.explain(client, scene.now);
                is_borne_out(told, scene.pick(client), wanted.wanted == policy::random_two);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_looked_at_goes_on_as_one_that_is_not) {
    for (const auto& wanted : all_settings()) {
        if (wanted.wanted == policy::random_two) {
            continue; // two pools draw differently
        }
        eventful_pool looked_at(wanted, 7);
        eventful_pool alone(wanted, 7);
        for (int step = 0; step < 300; ++step) {
            looked_at.happen();
            alone.happen();
            const auto client = looked_at.any_client();
            BOOST_REQUIRE((client == alone.any_client()));
            static_cast<void>(looked_at.targets.explain(client, looked_at.now));
            static_cast<void>(looked_at.targets.explain(numbered(99), looked_at.now + 20s));
            const auto& one = looked_at.pick(client);
            const auto& other = alone.pick(client);
            BOOST_REQUIRE((static_cast<bool>(one) == static_cast<bool>(other)));
            BOOST_REQUIRE(one.target() == other.target());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_affinity_entry_tells_how_long_it_lasts_and_is_not_renewed) {
    pool targets(targets_for({policy::first, true, false, true}), policy::first, {true, 60s, 5},
                 std::nullopt);
    const auto client = numbered(1);
    BOOST_TEST(!targets.explain(client, start).affinity.has_value());
    static_cast<void>(targets.pick(client, {}, start));
    const auto told = targets.explain(client, start + 20s);
    BOOST_REQUIRE(told.affinity.has_value());
    BOOST_TEST(told.affinity->target == 0U);
    BOOST_TEST((told.affinity->left == 40s));
    BOOST_TEST(told.affinity->usable);
    BOOST_TEST((told.reason == pick_reason::sticky));
    BOOST_TEST(!targets.explain(client, start + 60s).affinity.has_value());
    targets.report_failed(0, start + 20s);
    const auto moved = targets.explain(client, start + 20s);
    BOOST_TEST(!moved.affinity->usable);
    BOOST_TEST(*moved.picked == 1U);
}

BOOST_AUTO_TEST_CASE(a_target_that_failed_tells_since_when_and_when_it_is_tried_again) {
    pool targets(targets_for({policy::first, false, true, true}), policy::first, {}, 10'000ms);
    targets.report_failed(0, start);
    const auto told = targets.explain(numbered(1), start + 4s).candidates;
    BOOST_TEST(told[0].has_failed);
    BOOST_TEST(!told[0].may_be_picked);
    BOOST_TEST((told[0].failed_ago == 4s));
    BOOST_TEST((told[0].retry_in == 6s));
    BOOST_TEST(!told[1].has_failed);
    BOOST_TEST(told[1].may_be_picked);
    BOOST_TEST(targets.explain(numbered(1), start + 10s).candidates[0].may_be_picked);
}

BOOST_AUTO_TEST_CASE(a_check_that_calls_all_down_is_told_and_not_heeded) {
    pool targets(targets_for({policy::first, false, false, true}), policy::first, {}, {});
    targets.report_check(0, {false, false, 1});
    auto told = targets.explain(numbered(1), start).candidates;
    BOOST_TEST(told[0].held_down);
    BOOST_TEST(!told[0].may_be_picked);
    for (std::uint32_t target = 1; target < target_count; ++target) {
        targets.report_check(target, {false, false, 1});
    }
    told = targets.explain(numbered(1), start).candidates;
    BOOST_TEST(told[0].called_down);
    BOOST_TEST(!told[0].held_down);
    BOOST_TEST(told[0].may_be_picked);
}

BOOST_AUTO_TEST_CASE(scores_say_what_the_policy_compares) {
    using plug::score_kind;
    const auto scores = [](policy wanted, bool equal_weights) {
        pool targets(targets_for({wanted, false, false, equal_weights}), wanted, {}, {});
        const auto one = targets.pick(numbered(1), {}, start);
        return targets.explain(numbered(1), start);
    };
    const auto turns = scores(policy::round_robin, true);
    BOOST_TEST((turns.scored_by == score_kind::turn));
    BOOST_TEST(*turns.candidates[1].score == 1.0);
    BOOST_TEST(*turns.candidates[0].score == 5.0);
    const auto owed = scores(policy::round_robin, false);
    BOOST_TEST((owed.scored_by == score_kind::owed));
    const auto loads = scores(policy::random_two, true);
    BOOST_TEST((loads.scored_by == score_kind::load));
    const auto ranks = scores(policy::source_hash, true);
    BOOST_TEST((ranks.scored_by == score_kind::rank));
    BOOST_TEST(*ranks.candidates[*ranks.picked].score == 1.0);
    BOOST_TEST((scores(policy::first, true).scored_by == score_kind::none));
}

BOOST_AUTO_TEST_CASE(two_at_random_tells_the_candidates_and_one_that_is_left_alone) {
    pool targets(targets_for({policy::random_two, false, false, true}), policy::random_two, {}, {});
    const auto told = targets.explain(numbered(1), start);
    BOOST_TEST(!told.picked.has_value());
    BOOST_TEST((told.reason == pick_reason::two_at_random));
    for (const std::uint32_t target : {0, 1, 2, 3}) {
        targets.report_failed(target, start);
    }
    BOOST_TEST(*targets.explain(numbered(1), start).picked == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
