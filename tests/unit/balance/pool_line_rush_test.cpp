// Many clients who come, wait and go while targets fail and come back.
#include "tests/unit/balance/waiting_clients.hpp"

#include "core/picking/random_numbers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

using plug::policy;
using plug::pool;
using plug::wait_result;

} // namespace

BOOST_AUTO_TEST_SUITE(pool_line_rush)

/// Clients come, go, and give up; targets fail and come back. Nobody waits while there is room for
/// him, nobody is overtaken, and no lease is lost.
BOOST_DATA_TEST_CASE(whatever_happens_nobody_waits_beside_room,
                     data::make(all_policies) * data::xrange(6), wanted, seed) {
    constexpr std::uint32_t count = 4;
    constexpr std::uint32_t primary = 3;
    constexpr std::uint32_t most = 2;
    plug::random_numbers random(static_cast<std::uint64_t>(seed) + 1);
    const plug::affinity_config affinity{seed % 2 == 1, 1h, 1000};
    pool targets(named(count, primary), wanted, affinity, std::nullopt, limited(most, 10));
    std::vector<bool> up(count, true);
    std::vector<std::unique_ptr<test_client>> waiting;
    std::vector<plug::lease> held;
    auto now = start;
    for (int step = 0; step < 3000; ++step) {
        now += 1ms;
        const auto event = random.below(10);
        const auto target = random.below(count);
        if (event == 0 && target != 0) { // one is up always
            targets.report_failed(target, now);
            up[target] = false;
        } else if (event == 1) {
            targets.report_connected(target);
            up[target] = true;
        } else if (event < 5 && !held.empty()) {
            held.erase(held.begin() + random.below(static_cast<std::uint32_t>(held.size())));
        } else if (event == 5 && !waiting.empty()) {
            const auto gives_up =
                waiting.begin() + random.below(static_cast<std::uint32_t>(waiting.size()));
            BOOST_TEST(targets.leave(**gives_up));
            waiting.erase(gives_up);
        } else {
            const auto who = random.below(30);
            if (auto taken = targets.pick(numbered(who), {}, now)) {
                held.push_back(std::move(taken));
            } else {
                auto made = std::make_unique<test_client>(who, now);
                if (targets.wait(*made, now)) {
                    waiting.push_back(std::move(made));
                } else {
                    BOOST_TEST(made->result == wait_result::line_full);
                    BOOST_TEST(waiting.size() == 10U);
                }
            }
        }
        bool passed_over = false;
        std::erase_if(waiting, [&](const auto& each) {
            if (each->calls == 0) {
                passed_over = true;
                return false;
            }
            BOOST_TEST((affinity.enabled || !passed_over || each->result != wait_result::served));
            BOOST_TEST(each->result == wait_result::served);
            held.push_back(std::move(each->granted));
            return true;
        });
        std::vector<std::uint32_t> counted(count);
        for (const auto& each : held) {
            ++counted[each.target()];
        }
        for (std::uint32_t each = 0; each < count; ++each) {
            BOOST_TEST_REQUIRE(targets.connections(each) == counted[each]);
            BOOST_TEST(counted[each] <= most);
            const bool has_room = up[each] && counted[each] < most && each < primary;
            BOOST_TEST((waiting.empty() || affinity.enabled || !has_room));
        }
    }
    while (!waiting.empty()) {
        BOOST_TEST(targets.leave(*waiting.back()));
        waiting.pop_back();
    }
    held.clear();
    for (std::uint32_t each = 0; each < count; ++each) {
        BOOST_TEST(targets.connections(each) == 0U);
    }
}

BOOST_DATA_TEST_CASE(nobody_is_forgotten_when_leases_end_in_other_threads,
                     data::make(all_policies) * data::make({1, 4}), wanted, threads) {
    pool targets(named(2, 2), wanted, {}, 10s, limited(1));
    std::atomic<int> over{0};
    std::array<std::atomic<int>, 2> carried{};
    in_threads(threads, [&](int each) {
        for (std::uint32_t count = 0; count < 2000; ++count) {
            const auto who = static_cast<std::uint32_t>(each) * 10'000 + count;
            auto held = targets.pick(numbered(who), {}, start);
            if (!held) {
                test_client waits(who);
                if (targets.wait(waits, start)) {
                    while (waits.calls == 0) {
                        std::this_thread::yield();
                    }
                }
                held = std::move(waits.granted);
            }
            auto& load = carried.at(held.target());
            over += ++load > 1 ? 1 : 0;
            --load;
            held.release();
        }
    });
    BOOST_TEST(over == 0);
    BOOST_TEST(targets.connections(0) == 0U);
    BOOST_TEST(targets.connections(1) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
