// Least connections by weight, compared with a search through all members.
#include "core/picking/least_loaded.hpp"

#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

using plug::random_numbers;
using policy = plug::least_loaded;
using numbers = std::vector<std::uint32_t>;

const auto anybody = [](std::uint32_t) { return true; };
const auto nobody = [](std::uint32_t) { return false; };

policy with_weights(const numbers& weights) {
    policy made(static_cast<std::uint32_t>(weights.size()));
    for (std::uint32_t each = 0; each < weights.size(); ++each) {
        made.set_weight(each, weights[each]);
    }
    return made;
}

// `count` picks, none of which becomes a connection.
std::string picks(policy& targets, int count) {
    std::string all;
    for (int each = 0; each < count; ++each) {
        all += std::to_string(targets.pick(anybody).value());
    }
    return all;
}

// The same in the plainest way.
class plain_policy {
public:
    explicit plain_policy(std::uint32_t slots) : rows_(slots) {}

    void set_weight(std::uint32_t slot, std::uint32_t weight) { rows_[slot].weight = weight; }
    void changed(std::uint32_t slot, std::uint32_t connections) {
        rows_[slot].connections = connections;
    }
    [[nodiscard]] std::uint32_t connections(std::uint32_t slot) const {
        return rows_[slot].connections;
    }

    std::optional<std::uint32_t> pick(const std::set<std::uint32_t>& blocked) {
        std::optional<std::uint32_t> best;
        for (std::uint32_t each = 0; each < rows_.size(); ++each) {
            if (rows_[each].weight == 0 || blocked.count(each) != 0) {
                continue;
            }
            if (!best || load(each) < load(*best) ||
                (load(each) == load(*best) && rows_[each].picked < rows_[*best].picked)) {
                best = each;
            }
        }
        if (best) {
            rows_[*best].picked = ++picks_;
        }
        return best;
    }

private:
    struct row {
        std::uint32_t connections = 0;
        std::uint32_t weight = 0;
        int picked = 0;
    };
    // The nearest doubles to two different quotients of such small numbers differ too.
    [[nodiscard]] double load(std::uint32_t slot) const {
        return (rows_[slot].connections + 1.0) / rows_[slot].weight;
    }

    std::vector<row> rows_;
    int picks_ = 0;
};

int wrong_steps(std::uint32_t seed) {
    const std::uint32_t slots = 1 + seed % 30;
    random_numbers random(seed);
    policy targets(slots);
    plain_policy expected(slots);
    int wrong = 0;
    for (int step = 0; step < 3000; ++step) {
        const auto slot = random.below(slots);
        if (random.below(20) == 0) {
            const auto weight = random.below(4) == 0 ? 0 : 1 + random.below(seed % 2 ? 3 : 1000);
            targets.set_weight(slot, weight);
            expected.set_weight(slot, weight);
        }
        if (random.below(2) == 0 && expected.connections(slot) > 0) { // one ends
            targets.changed(slot, expected.connections(slot) - 1);
            expected.changed(slot, expected.connections(slot) - 1);
        }
        std::set<std::uint32_t> blocked;
        for (std::uint32_t each = 0; each < slots && step % 3 == 0; ++each) {
            if (random.below(2) == 0) {
                blocked.insert(each);
            }
        }
        const auto picked =
            targets.pick([&](std::uint32_t asked) { return blocked.count(asked) == 0; });
        wrong += picked != expected.pick(blocked);
        if (picked && random.below(10) != 0) {
            expected.changed(*picked, expected.connections(*picked) + 1);
            targets.changed(*picked, expected.connections(*picked));
        }
    }
    return wrong;
}

} // namespace

BOOST_AUTO_TEST_SUITE(least_loaded)

BOOST_AUTO_TEST_CASE(without_members_there_is_nothing_to_pick) {
    policy targets(3);
    BOOST_TEST(!targets.pick(anybody));
    targets.set_weight(1, 5);
    targets.set_weight(1, 0);
    targets.changed(1, 7);
    BOOST_TEST(!targets.pick(anybody));
}

BOOST_AUTO_TEST_CASE(idle_members_take_turns) {
    auto targets = with_weights({1, 1, 1});
    BOOST_TEST(picks(targets, 7) == "0120120");
    targets.changed(2, 1);
    targets.changed(2, 0);
    BOOST_TEST(picks(targets, 3) == "120");
}

BOOST_AUTO_TEST_CASE(the_one_with_fewest_connections_is_picked) {
    auto targets = with_weights({1, 1, 1});
    targets.changed(0, 3);
    targets.changed(1, 1);
    targets.changed(2, 2);
    BOOST_TEST(picks(targets, 2) == "11");
    targets.changed(1, 4);
    BOOST_TEST(picks(targets, 1) == "2");
}

BOOST_AUTO_TEST_CASE(a_member_with_twice_the_weight_carries_twice_as_much) {
    auto targets = with_weights({1, 2});
    targets.changed(0, 4); // 5/1
    targets.changed(1, 8); // 9/2
    BOOST_TEST(picks(targets, 1) == "1");
    targets.changed(1, 9); // 10/2, and 1 was picked last
    BOOST_TEST(picks(targets, 1) == "0");
    targets.changed(1, 10); // 11/2
    BOOST_TEST(picks(targets, 1) == "0");
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_are_compared_exactly) {
    auto targets = with_weights({999, 1000});
    targets.changed(0, UINT32_MAX - 1);
    targets.changed(1, UINT32_MAX);
    BOOST_TEST(picks(targets, 1) == "1");
    targets.set_weight(0, 1000);
    BOOST_TEST(picks(targets, 1) == "0");
}

BOOST_AUTO_TEST_CASE(connections_stay_known_while_a_target_is_no_member) {
    auto targets = with_weights({1, 1});
    targets.changed(0, 5);
    targets.set_weight(0, 0);
    targets.changed(0, 4);
    targets.changed(1, 4);
    BOOST_TEST(picks(targets, 2) == "11");
    targets.set_weight(0, 1);
    BOOST_TEST(picks(targets, 2) == "01");
}

BOOST_AUTO_TEST_CASE(when_some_are_refused_the_next_best_is_picked) {
    auto targets = with_weights({1, 1, 1, 1});
    for (std::uint32_t each = 0; each < 4; ++each) {
        targets.changed(each, each);
    }
    BOOST_TEST(targets.pick([](std::uint32_t slot) { return slot > 1; }).value() == 2U);
    BOOST_TEST(!targets.pick(nobody));
    BOOST_TEST(targets.pick(anybody).value() == 0U);
}

BOOST_AUTO_TEST_CASE(when_connections_only_come_nobody_lacks_a_whole_one) {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_numbers random(seed);
            numbers weights(1 + random.below(30));
            std::int64_t sum = 0;
            for (auto& each : weights) {
                each = 1 + random.below(seed % 2 ? 10 : 1000);
                sum += each;
            }
            auto targets = with_weights(weights);
            numbers has(weights.size());
            std::int64_t worst = 0;
            for (std::int64_t count = 1; count <= 3000; ++count) {
                const auto picked = targets.pick(anybody).value();
                targets.changed(picked, ++has[picked]);
                for (std::size_t each = 0; each < weights.size(); ++each) {
                    worst = std::max(worst, weights[each] * count - has[each] * sum);
                }
            }
            BOOST_TEST(worst < sum);
        }
    }
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_plain_search_through_random_events) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) { BOOST_TEST(wrong_steps(seed) == 0); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
