// The heap under the policies, compared with a sorted set.
#include "core/picking/indexed_heap.hpp"

#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace {

struct entry {
    std::uint32_t slot;
    std::uint32_t rank;
    [[nodiscard]] bool before(const entry& other) const noexcept {
        return rank != other.rank ? rank < other.rank : slot < other.slot;
    }
};

using heap = plug::indexed_heap<entry>;

// Takes everything out, from the top.
std::vector<std::uint32_t> emptied(heap& all) {
    std::vector<std::uint32_t> order;
    for (; !all.empty(); all.pop()) {
        order.push_back(all.top().slot);
    }
    return order;
}

} // namespace

BOOST_AUTO_TEST_SUITE(indexed_heap)

BOOST_AUTO_TEST_CASE(entries_leave_in_their_order) {
    heap all(5);
    for (const auto& each : {entry{0, 30}, entry{1, 10}, entry{2, 20}, entry{4, 10}}) {
        all.put(each);
    }
    BOOST_TEST(emptied(all) == (std::vector<std::uint32_t>{1, 4, 2, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(!all.contains(1));
}

BOOST_AUTO_TEST_CASE(a_second_entry_of_a_slot_replaces_the_first) {
    heap all(3);
    all.put({0, 10});
    all.put({1, 20});
    all.put({0, 30});
    BOOST_TEST(all.size() == 2U);
    BOOST_TEST(all.top().slot == 1U);
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_sorted_set_through_random_steps) {
    for (const std::uint32_t count : {1U, 2U, 7U, 100U}) {
        BOOST_TEST_CONTEXT("seed and number of slots " << count) {
            heap all(count);
            std::map<std::uint32_t, std::uint32_t> ranks;
            std::set<std::pair<std::uint32_t, std::uint32_t>> expected; // rank, slot
            plug::random_numbers random(count);
            int wrong = 0;
            for (int step = 0; step < 50'000; ++step) {
                const auto slot = random.below(count);
                const bool known = ranks.count(slot) != 0;
                if (known) {
                    expected.erase({ranks[slot], slot});
                    ranks.erase(slot);
                }
                if (random.below(10) < 6) {
                    ranks[slot] = random.below(50);
                    expected.insert({ranks[slot], slot});
                    all.put({slot, ranks[slot]});
                } else {
                    all.erase(slot);
                }
                wrong += all.size() != expected.size();
                wrong += all.contains(slot) != (ranks.count(slot) != 0);
                wrong += !all.empty() && all.top().slot != expected.begin()->second;
            }
            BOOST_TEST(wrong == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
