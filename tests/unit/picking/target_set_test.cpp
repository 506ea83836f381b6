// The set of targets: exact, and fair when it is asked for a random member.
#include "core/picking/target_set.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <optional>
#include <set>
#include <vector>

namespace {

using plug::random_numbers;
using slots = plug::target_set;

constexpr int nothing = -1;

int number(std::optional<std::uint32_t> slot) { return slot ? static_cast<int>(*slot) : nothing; }

// The same in the plainest way.
int next_of(const std::set<std::uint32_t>& members, std::uint32_t from) {
    if (members.empty()) {
        return nothing;
    }
    const auto found = members.lower_bound(from);
    return static_cast<int>(found == members.end() ? *members.begin() : *found);
}

// Sum of (seen - expected)^2 / expected. For 99 degrees of freedom it is above 180 once in a
// million.
double chi_square(const std::vector<int>& seen, double expected) {
    double sum = 0;
    for (const int each : seen) {
        sum += (each - expected) * (each - expected) / expected;
    }
    return sum;
}
constexpr double far_too_uneven = 180;

// How often each of the members is drawn in 100,000 draws.
std::vector<int> drawn(const std::vector<std::uint32_t>& chosen) {
    slots members(chosen.back() + 1);
    for (const auto each : chosen) {
        members.insert(each);
    }
    random_numbers random(11);
    std::vector<int> seen(chosen.back() + 1);
    for (int draw = 0; draw < 100'000; ++draw) {
        const auto slot = members.random_member(random);
        BOOST_REQUIRE(slot);
        ++seen[*slot];
    }
    std::vector<int> counts;
    for (const auto each : chosen) {
        counts.push_back(seen[each]);
    }
    return counts;
}

// 100 members. With power 2 they get rarer, so that the gap before each is of another width.
std::vector<std::uint32_t> powers(int power) {
    std::vector<std::uint32_t> made;
    for (std::uint32_t each = 0; each < 100; ++each) {
        made.push_back(power == 1 ? each : each * each);
    }
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(target_set)

BOOST_AUTO_TEST_CASE(an_empty_set_has_no_member) {
    slots members(100);
    random_numbers random(1);
    BOOST_TEST(members.empty());
    BOOST_TEST(!members.contains(0));
    BOOST_TEST(number(members.next_from(0)) == nothing);
    BOOST_TEST(number(members.random_member(random)) == nothing);
    BOOST_TEST(number(slots(0).next_from(0)) == nothing);
}

BOOST_AUTO_TEST_CASE(what_is_inserted_is_there_until_it_is_erased) {
    slots members(100);
    BOOST_TEST(members.insert(63));
    BOOST_TEST(members.insert(64));
    BOOST_TEST(!members.insert(64));
    BOOST_TEST(members.size() == 2U);
    BOOST_TEST(members.erase(63));
    BOOST_TEST(!members.erase(63));
    BOOST_TEST(!members.contains(63));
    BOOST_TEST(members.contains(64));
    BOOST_TEST(members.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_slot_out_of_range_is_no_member_and_counts_as_the_beginning) {
    slots members(10);
    members.insert(3);
    BOOST_TEST(!members.contains(10));
    BOOST_TEST(!members.erase(4'000'000'000));
    BOOST_TEST(number(members.next_from(10)) == 3);
}

BOOST_AUTO_TEST_CASE(the_next_member_wraps_round_at_the_end) {
    slots members(200);
    for (const std::uint32_t each : {5U, 70U, 199U}) {
        members.insert(each);
    }
    BOOST_TEST(number(members.next_from(0)) == 5);
    BOOST_TEST(number(members.next_from(5)) == 5);
    BOOST_TEST(number(members.next_from(6)) == 70);
    BOOST_TEST(number(members.next_from(71)) == 199);
    members.erase(199);
    BOOST_TEST(number(members.next_from(71)) == 5);
}

BOOST_AUTO_TEST_CASE(the_only_member_is_found_from_behind_it_in_its_own_word) {
    slots members(64);
    members.insert(3);
    BOOST_TEST(number(members.next_from(4)) == 3);
}

BOOST_AUTO_TEST_CASE(every_member_of_a_dense_set_is_drawn_as_often) {
    BOOST_TEST(chi_square(drawn(powers(1)), 1000) < far_too_uneven);
}

BOOST_AUTO_TEST_CASE(every_member_of_a_sparse_set_is_drawn_as_often) {
    BOOST_TEST(chi_square(drawn(powers(2)), 1000) < far_too_uneven);
}

BOOST_AUTO_TEST_CASE(random_numbers_below_a_bound_are_even_and_repeatable) {
    random_numbers random(5);
    random_numbers again(5);
    std::vector<int> seen(100);
    for (int draw = 0; draw < 100'000; ++draw) {
        const auto value = random.below(100);
        BOOST_REQUIRE(value < 100);
        BOOST_REQUIRE(value == again.below(100));
        ++seen[value];
    }
    BOOST_TEST(chi_square(seen, 1000) < far_too_uneven);
    // The first numbers of the reference implementation with seed 0.
    random_numbers reference(0);
    BOOST_TEST(reference.next() == 0xe220a8397b1dcdafULL);
    BOOST_TEST(reference.next() == 0x6e789e6aa1b965f4ULL);
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_plain_set_through_random_steps) {
    for (const std::uint32_t count : {1U, 63U, 64U, 65U, 1000U}) {
        BOOST_TEST_CONTEXT("seed and number of slots " << count) {
            slots members(count);
            std::set<std::uint32_t> expected;
            random_numbers random(count);
            int wrong = 0;
            for (int step = 0; step < 20'000; ++step) {
                const auto slot = random.below(count);
                // Phases of growing and of shrinking, down to the empty set.
                if (random.below(100) < (step / 4000 % 2 == 0 ? 70U : 30U)) {
                    wrong += members.insert(slot) != expected.insert(slot).second;
                } else {
                    wrong += members.erase(slot) != (expected.erase(slot) == 1);
                }
                const auto from = random.below(count);
                wrong += number(members.next_from(from)) != next_of(expected, from);
                wrong += members.size() != expected.size();
                const auto drawn = members.random_member(random);
                wrong += drawn ? expected.count(*drawn) == 0 : !expected.empty();
            }
            BOOST_TEST(wrong == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
