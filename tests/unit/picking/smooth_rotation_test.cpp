// Weighted round robin: the order, the bounds, and what becomes of them when members change.
#include "core/picking/smooth_rotation.hpp"

#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace {

using plug::random_numbers;
using rotation = plug::smooth_rotation;
using numbers = std::vector<std::uint32_t>;

constexpr double tiny = 1e-6;

const auto anybody = [](std::uint32_t) { return true; };
const auto nobody = [](std::uint32_t) { return false; };

rotation with_weights(const numbers& weights) {
    rotation made(static_cast<std::uint32_t>(weights.size()));
    for (std::uint32_t each = 0; each < weights.size(); ++each) {
        made.set_weight(each, weights[each]);
    }
    return made;
}

std::string picks(rotation& turns, int count) {
    std::string all;
    for (int each = 0; each < count; ++each) {
        all += std::to_string(turns.next(anybody).value());
    }
    return all;
}

// How often each of `slots` is picked.
numbers counted(rotation& turns, int count, std::size_t slots, plug::acceptance accept = anybody) {
    numbers seen(slots);
    for (int each = 0; each < count; ++each) {
        ++seen[turns.next(accept).value()];
    }
    return seen;
}

numbers random_weights(random_numbers& random, std::uint32_t highest) {
    numbers weights(1 + random.below(40));
    for (auto& each : weights) {
        each = 1 + random.below(highest);
    }
    return weights;
}

std::int64_t sum_of(const numbers& weights) {
    std::int64_t sum = 0;
    for (const auto each : weights) {
        sum += each;
    }
    return sum;
}

// How far the members got ahead of and behind their shares, in picks times the sum of weights.
struct deviations {
    std::int64_t ahead = 0;
    std::int64_t behind = 0;
    std::int64_t in_a_run = 0; // the worst difference between two moments of one member
};
deviations watched(rotation turns, const numbers& weights, int count) {
    const std::int64_t sum = sum_of(weights);
    std::vector<std::int64_t> got(weights.size());
    std::vector<std::int64_t> most(weights.size());
    std::vector<std::int64_t> least(weights.size());
    deviations worst;
    for (int pick = 1; pick <= count; ++pick) {
        ++got[turns.next(anybody).value()];
        for (std::size_t each = 0; each < weights.size(); ++each) {
            const std::int64_t now = got[each] * sum - std::int64_t{weights[each]} * pick;
            most[each] = std::max(most[each], now);
            least[each] = std::min(least[each], now);
            worst.ahead = std::max(worst.ahead, now);
            worst.behind = std::max(worst.behind, -now);
            worst.in_a_run = std::max(worst.in_a_run, most[each] - least[each]);
        }
    }
    return worst;
}

// The books in the plainest way, in floating point, and a judge of each pick.
class plain_books {
public:
    explicit plain_books(std::size_t slots) : weight_(slots), owed_(slots), due_again_(slots) {}

    void set_weight(std::uint32_t slot, std::uint32_t weight) {
        if (weight == 0 && weight_[slot] != 0) {
            const double left = owed_[slot];
            const double rest = sum() - weight_[slot];
            weight_[slot] = 0;
            for (std::size_t each = 0; each < weight_.size(); ++each) {
                owed_[each] += weight_[each] == 0 ? 0 : left * weight_[each] / rest;
            }
        }
        if (weight == 0 || weight_[slot] == 0) {
            owed_[slot] = 0;
        }
        weight_[slot] = weight;
        std::fill(due_again_.begin(), due_again_.end(), false);
    }

    // Whether `picked` was right when `refused` were asked and refused, and nobody of `blocked`
    // is accepted.
    bool right(std::uint32_t picked, const std::set<std::uint32_t>& blocked) const {
        if (weight_[picked] == 0 || blocked.count(picked) != 0) {
            return false;
        }
        for (std::uint32_t each = 0; each < weight_.size(); ++each) {
            if (weight_[each] == 0 || blocked.count(each) != 0) {
                continue;
            }
            const bool comes_before =
                owed_[picked] > -tiny
                    ? owed_[each] > tiny && wait(each) < wait(picked) - tiny
                    : owed_[each] / weight_[each] > owed_[picked] / weight_[picked] + tiny;
            if (comes_before) {
                return false;
            }
        }
        return true;
    }

    void count(std::uint32_t picked, const std::set<std::uint32_t>& refused) {
        double rest = sum();
        for (const auto each : refused) {
            rest -= weight_[each];
        }
        for (std::uint32_t each = 0; each < weight_.size(); ++each) {
            if (refused.count(each) == 0) {
                owed_[each] += weight_[each] / rest;
            }
            due_again_[each] = due_again_[each] || weight_[each] == 0 || owed_[each] > -tiny;
        }
        owed_[picked] -= 1;
    }

    bool agrees(const rotation& turns) const {
        for (std::uint32_t each = 0; each < weight_.size(); ++each) {
            if (std::abs(turns.owed(each) - owed_[each]) > tiny) {
                return false;
            }
        }
        return true;
    }

    bool settled() const {
        return std::all_of(due_again_.begin(), due_again_.end(), [](bool each) { return each; });
    }
    void unsettle() { std::fill(due_again_.begin(), due_again_.end(), false); }
    bool within_bounds() const {
        return std::all_of(owed_.begin(), owed_.end(),
                           [](double each) { return std::abs(each) < 1; });
    }
    double sum() const {
        double all = 0;
        for (const auto each : weight_) {
            all += each;
        }
        return all;
    }

private:
    // Virtual time until it will be a whole pick behind.
    double wait(std::uint32_t slot) const { return (1 - owed_[slot]) / weight_[slot]; }

    std::vector<double> weight_;
    std::vector<double> owed_;
    std::vector<bool> due_again_; // since the last change
};

// A rotation and its books through random events.
struct random_life {
    random_life(std::uint32_t seed, std::uint32_t members, std::uint32_t highest_weight)
        : random(seed), turns(members), books(members), slots(members), highest(highest_weight) {}

    void change() {
        const auto slot = random.below(slots);
        const auto weight = random.below(4) == 0 ? 0 : 1 + random.below(highest);
        turns.set_weight(slot, weight);
        books.set_weight(slot, weight);
    }

    void pick(std::uint32_t refused_of_hundred) {
        std::set<std::uint32_t> blocked;
        for (std::uint32_t each = 0; each < slots; ++each) {
            if (random.below(100) < refused_of_hundred) {
                blocked.insert(each);
            }
        }
        std::set<std::uint32_t> refused;
        const auto picked = turns.next([&](std::uint32_t slot) {
            if (blocked.count(slot) != 0) {
                refused.insert(slot);
                return false;
            }
            return true;
        });
        if (!picked) {
            for (std::uint32_t each = 0; each < slots; ++each) {
                wrong += turns.weight(each) != 0 && blocked.count(each) == 0;
            }
            return;
        }
        wrong += !books.right(*picked, blocked);
        books.count(*picked, refused);
        if (!refused.empty()) {
            books.unsettle();
        } else if (books.settled()) {
            ++judged;
            beyond += !books.within_bounds();
        }
    }

    random_numbers random;
    rotation turns;
    plain_books books;
    std::uint32_t slots;
    std::uint32_t highest;
    int wrong = 0;
    int judged = 0; // picks after which the bounds had to hold
    int beyond = 0; // of these, where they did not
};

} // namespace

BOOST_AUTO_TEST_SUITE(smooth_rotation)

BOOST_AUTO_TEST_CASE(without_members_there_is_nothing_to_pick) {
    rotation turns(3);
    BOOST_TEST(!turns.next(anybody));
    turns.set_weight(1, 5);
    turns.set_weight(1, 0);
    BOOST_TEST(!turns.next(anybody));
}

BOOST_AUTO_TEST_CASE(equal_weights_take_turns_in_the_order_of_their_slots) {
    auto turns = with_weights({1, 1, 1, 1, 1});
    BOOST_TEST(picks(turns, 15) == "012340123401234");
    turns = with_weights({7, 7, 7});
    BOOST_TEST(picks(turns, 9) == "012012012");
    numbers many(10'000, 1000);
    turns = with_weights(many);
    for (std::uint32_t each = 0; each < 30'000; ++each) {
        BOOST_REQUIRE(turns.next(anybody).value() == each % 10'000);
    }
}

BOOST_AUTO_TEST_CASE(a_heavy_member_is_spread_among_the_light_ones) {
    auto turns = with_weights({5, 1, 1});
    BOOST_TEST(picks(turns, 14) == "01002000100200");
    turns = with_weights({1, 2});
    BOOST_TEST(picks(turns, 9) == "101101101");
}

BOOST_AUTO_TEST_CASE(no_member_is_a_whole_pick_from_its_share_and_no_run_is_two_picks_off) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_numbers random(seed);
            const auto weights = random_weights(random, seed % 3 == 0 ? 1000 : seed % 3 * 10);
            const auto worst = watched(with_weights(weights), weights, 5000);
            BOOST_TEST(worst.ahead < sum_of(weights));
            BOOST_TEST(worst.behind < sum_of(weights));
            BOOST_TEST(worst.in_a_run < 2 * sum_of(weights));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_newcomer_does_not_catch_up_on_what_was_before_it) {
    auto turns = with_weights({1, 1, 0});
    picks(turns, 1001);
    turns.set_weight(2, 1);
    BOOST_TEST(counted(turns, 30, 3) == (numbers{10, 10, 10}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_comes_back_is_a_newcomer) {
    auto turns = with_weights({1, 1, 1});
    picks(turns, 1);
    turns.set_weight(2, 0);
    BOOST_TEST(turns.owed(2) == 0);
    picks(turns, 999);
    turns.set_weight(2, 1);
    BOOST_TEST(std::abs(turns.owed(2)) < tiny);
    const auto seen = counted(turns, 30, 3);
    BOOST_TEST(seen[2] <= 11U);
}

BOOST_AUTO_TEST_CASE(a_change_of_weight_keeps_what_is_owed_to_everybody) {
    auto turns = with_weights({3, 5, 9, 100});
    picks(turns, 7);
    for (const std::uint32_t weight : {1U, 1000U, 333U, 5U}) {
        std::vector<double> before;
        for (std::uint32_t each = 0; each < 4; ++each) {
            before.push_back(turns.owed(each));
        }
        turns.set_weight(1, weight);
        for (std::uint32_t each = 0; each < 4; ++each) {
            BOOST_TEST(std::abs(turns.owed(each) - before[each]) < tiny);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_weight_that_grows_with_every_pick_gets_the_share_of_its_mean) {
    auto turns = with_weights({1000, 1});
    numbers seen(2);
    double share = 0;
    for (std::uint32_t weight = 1; weight <= 1000; ++weight) {
        turns.set_weight(1, weight);
        share += weight / (1000.0 + weight);
        ++seen[turns.next(anybody).value()];
        BOOST_REQUIRE(std::abs(seen[1] - share) < 1);
    }
}

BOOST_AUTO_TEST_CASE(what_a_leaver_was_owed_is_shared_out_by_weight) {
    auto turns = with_weights({2, 2, 4, 2});
    picks(turns, 2);
    const double left = turns.owed(3);
    const double first = turns.owed(0);
    const double third = turns.owed(2);
    BOOST_TEST(left > 0.1);
    turns.set_weight(3, 0);
    BOOST_TEST(std::abs(turns.owed(0) - first - left / 4) < tiny);
    BOOST_TEST(std::abs(turns.owed(2) - third - left / 2) < tiny);
}

BOOST_AUTO_TEST_CASE(a_refused_member_has_no_arrears_when_it_is_accepted_again) {
    auto turns = with_weights({1, 1, 1});
    picks(turns, 2);
    const auto without = counted(turns, 1000, 3, [](std::uint32_t slot) { return slot != 2; });
    BOOST_TEST(without[0] == 500U);
    BOOST_TEST(without[1] == 500U);
    BOOST_TEST(turns.owed(2) < 1);
    const auto seen = counted(turns, 30, 3);
    BOOST_TEST(seen[2] <= 11U);
    BOOST_TEST(seen[2] >= 10U);
}

BOOST_AUTO_TEST_CASE(the_others_share_by_weight_while_the_heaviest_is_refused) {
    auto turns = with_weights({1000, 1, 2});
    for (int round = 0; round < 1000; ++round) {
        const auto seen = counted(turns, 3, 3, [](std::uint32_t slot) { return slot != 0; });
        BOOST_REQUIRE(seen == (numbers{0, 1, 2}));
    }
    BOOST_TEST(std::abs(turns.owed(0)) < 1);
}

BOOST_AUTO_TEST_CASE(when_all_are_refused_nothing_is_counted) {
    const numbers weights{3, 1, 4, 1, 5};
    auto turns = with_weights(weights);
    auto undisturbed = turns;
    for (int each = 0; each < 100; ++each) {
        BOOST_REQUIRE(!turns.next(nobody));
        BOOST_REQUIRE(picks(turns, 1) == picks(undisturbed, 1));
    }
}

BOOST_AUTO_TEST_CASE(it_agrees_with_plain_books_through_random_events) {
    int judged = 0;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_life life(seed, 1 + seed % 20, seed % 2 == 0 ? 1000 : 5);
            for (int step = 0; step < 2000; ++step) {
                if (life.random.below(step % 500 < 100 ? 3 : 400) == 0) {
                    for (auto changes = 1 + life.random.below(6); changes > 0; --changes) {
                        life.change();
                    }
                }
                life.pick(step % 1000 < 250 ? life.random.below(100) : 0);
                BOOST_REQUIRE(life.books.agrees(life.turns));
            }
            BOOST_TEST(life.wrong == 0);
            BOOST_TEST(life.beyond == 0);
            judged += life.judged;
        }
    }
    BOOST_TEST(judged > 10'000); // or the bounds were hardly looked at
}

BOOST_AUTO_TEST_SUITE_END()
