// Two random choices: what is drawn, and which of the two is taken.
#include "core/picking/random_two.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::carries_less;
using plug::random_numbers;
using plug::target_load;
using plug::target_set;
using policy = plug::random_two;

const auto anybody = [](std::uint32_t) { return true; };
const auto nobody = [](std::uint32_t) { return false; };
const auto no_load = [](std::uint32_t) { return target_load{}; };

target_set full(std::uint32_t slots) {
    target_set made(slots);
    for (std::uint32_t each = 0; each < slots; ++each) {
        made.insert(each);
    }
    return made;
}

// The two that are drawn in one pick: those whose load is asked for.
using pair = std::pair<std::uint32_t, std::uint32_t>;
pair drawn(policy& two, const target_set& members) {
    std::vector<std::uint32_t> asked;
    two.pick(members, anybody, [&](std::uint32_t slot) {
        asked.push_back(slot);
        return target_load{};
    });
    BOOST_REQUIRE(asked.size() == 2U);
    return {std::min(asked[0], asked[1]), std::max(asked[0], asked[1])};
}

// A pick is right when it is a member that is accepted, and no other of the two that were compared
// carries less; and there is none only when nobody is accepted.
int wrong_picks(std::uint32_t seed) {
    constexpr std::uint32_t slots = 100;
    random_numbers random(seed);
    policy two(seed);
    target_set members(slots);
    std::vector<target_load> loads(slots);
    int wrong = 0;
    for (int step = 0; step < 3000; ++step) {
        const auto changed = random.below(slots);
        if (random.below(100) < (step / 1000 == 1 ? 20U : 70U)) {
            members.insert(changed);
        } else {
            members.erase(changed);
        }
        loads[changed].weight = 1 + random.below(1000);
        loads[changed].connect_time = std::chrono::microseconds(random.below(1'000'000));
        const auto accepted = random.below(101); // how many of 100
        const auto accept = [&](std::uint32_t slot) { return slot * 37 % 100 < accepted; };
        std::vector<std::uint32_t> asked;
        const auto picked = two.pick(members, accept, [&](std::uint32_t slot) {
            asked.push_back(slot);
            return loads[slot];
        });
        std::uint32_t possible = 0;
        for (std::uint32_t each = 0; each < slots; ++each) {
            possible += members.contains(each) && accept(each) ? 1 : 0;
        }
        wrong += picked.has_value() != (possible > 0);
        wrong += asked.size() != (possible > 1 ? 2U : 0U);
        wrong += asked.size() == 2 && asked[0] == asked[1];
        if (!picked) {
            continue;
        }
        wrong += !members.contains(*picked) || !accept(*picked);
        for (const auto each : asked) {
            wrong += !members.contains(each) || !accept(each);
            wrong += carries_less(loads[each], loads[*picked]);
        }
        ++loads[*picked].connections;
        loads[changed].connections /= 2; // some end
    }
    return wrong;
}

} // namespace

BOOST_AUTO_TEST_SUITE(random_two)

BOOST_AUTO_TEST_CASE(there_is_nothing_to_pick_among_none_and_one_among_one) {
    policy two(1);
    target_set members(10);
    BOOST_TEST(!two.pick(members, anybody, no_load));
    members.insert(7);
    BOOST_TEST(two.pick(members, anybody, no_load).value() == 7U);
    BOOST_TEST(!two.pick(members, nobody, no_load));
}

BOOST_AUTO_TEST_CASE(the_only_one_accepted_is_found_among_thousands) {
    policy two(1);
    const auto members = full(10'000);
    const auto only = [](std::uint32_t slot) { return slot == 4711; };
    BOOST_TEST(two.pick(members, only, no_load).value() == 4711U);
    BOOST_TEST(!two.pick(members, nobody, no_load));
}

BOOST_AUTO_TEST_CASE(of_two_the_less_loaded_is_always_taken) {
    policy two(1);
    const auto load = [](std::uint32_t slot) { return target_load{slot == 0 ? 3U : 2U}; };
    for (int each = 0; each < 100; ++each) {
        BOOST_REQUIRE(two.pick(full(2), anybody, load).value() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(every_pair_is_drawn_as_often) {
    policy two(5);
    std::map<pair, int> seen;
    for (int each = 0; each < 45'000; ++each) {
        ++seen[drawn(two, full(10))];
    }
    BOOST_TEST(seen.size() == 45U);
    double uneven = 0; // chi square with 44 degrees of freedom: above 105 once in a million
    for (const auto& each : seen) {
        BOOST_REQUIRE(each.first.first != each.first.second);
        uneven += (each.second - 1000.0) * (each.second - 1000.0) / 1000;
    }
    BOOST_TEST(uneven < 105);
}

BOOST_AUTO_TEST_CASE(equal_ones_are_taken_as_often) {
    policy two(5);
    const auto members = full(2);
    int first = 0;
    for (int each = 0; each < 10'000; ++each) {
        first += two.pick(members, anybody, no_load).value() == 0;
    }
    BOOST_TEST(std::abs(first - 5000) < 300); // six times the standard deviation
}

BOOST_AUTO_TEST_CASE(the_worst_of_all_is_never_taken) {
    policy two(5);
    const auto members = full(20);
    for (int each = 0; each < 2000; ++each) {
        BOOST_REQUIRE(
            two.pick(members, anybody, [](std::uint32_t slot) { return target_load{slot}; })
                .value() != 19U);
    }
}

BOOST_AUTO_TEST_CASE(load_is_by_weight_and_by_connect_time) {
    BOOST_TEST(carries_less({3, 2, 0us}, {2, 1, 0us}));  // 4/2 and 3/1
    BOOST_TEST(!carries_less({3, 2, 0us}, {1, 1, 0us})); // 4/2 and 2/1
    BOOST_TEST(!carries_less({1, 1, 0us}, {3, 2, 0us}));
    BOOST_TEST(carries_less({5, 1, 100us}, {0, 1, 601us}));
    BOOST_TEST(!carries_less({5, 1, 100us}, {0, 1, 600us}));
    BOOST_TEST(carries_less({0, 1, 0us}, {0, 1, 2us})); // nothing counts as 1 us
    BOOST_TEST(!carries_less({0, 1, 0us}, {0, 1, 1us}));
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_are_compared_exactly) {
    BOOST_TEST(carries_less({UINT32_MAX - 2, 1000, 1h}, {UINT32_MAX - 1, 1000, 1h}));
    BOOST_TEST(!carries_less({UINT32_MAX, 999, 1h}, {UINT32_MAX, 1000, 1h}));
    BOOST_TEST(!carries_less({UINT32_MAX, 1000, 1h}, {UINT32_MAX / 2, 1000, 1h}));
    BOOST_TEST(!carries_less({0, 1, 1h}, {0, 1, 2h})); // both longer than counts
}

BOOST_AUTO_TEST_CASE(the_same_seed_makes_the_same_picks) {
    policy one(9);
    policy other(9);
    policy different(10);
    const auto members = full(1000);
    int differences = 0;
    for (int each = 0; each < 100; ++each) {
        const auto picked = one.pick(members, anybody, no_load);
        BOOST_REQUIRE(picked == other.pick(members, anybody, no_load));
        differences += picked != different.pick(members, anybody, no_load);
    }
    BOOST_TEST(differences > 50);
}

BOOST_AUTO_TEST_CASE(every_pick_is_right_through_random_events) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) { BOOST_TEST(wrong_picks(seed) == 0); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
