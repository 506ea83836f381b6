// Targets that carry their most connections, and the clients who wait for them.
#include "core/balance/pool.hpp"
#include "core/balance/random_numbers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using plug::policy;
using plug::pool;
using plug::wait_result;

const pool::time_point start{1h};

constexpr std::array all_policies{policy::round_robin, policy::first, policy::least_connections,
                                  policy::random_two, policy::source_hash};

boost::asio::ip::address client(std::uint32_t number) {
    return boost::asio::ip::address_v4(number);
}

/// Targets of the names a, b, ...; those behind `primary` are backups.
std::vector<plug::target_config> named(std::uint32_t count, std::uint32_t primary) {
    std::vector<plug::target_config> made(count);
    for (std::uint32_t each = 0; each < count; ++each) {
        made[each].name = std::string(1, static_cast<char>('a' + each));
        made[each].backup = each >= primary;
    }
    return made;
}

plug::pool_options limited(std::uint32_t most, std::size_t capacity = 100) {
    return {most, {capacity, 5s}};
}

struct test_client final : plug::waiting_client {
    explicit test_client(std::uint32_t number, time_point waits_since = start)
        : waiting_client(::client(number), waits_since) {}
    void called() noexcept override { ++calls; }
    [[nodiscard]] int target() const { return granted ? static_cast<int>(granted.target()) : -1; }

    std::atomic<int> calls{0};
};

} // namespace

namespace plug {
// Boost.Test names its cases by it.
static std::ostream& operator<<(std::ostream& out, policy shown) {
    return out << static_cast<int>(shown);
}
static std::ostream& operator<<(std::ostream& out, wait_result shown) {
    return out << static_cast<int>(shown);
}
} // namespace plug

BOOST_AUTO_TEST_SUITE(pool_line)

BOOST_DATA_TEST_CASE(a_target_is_given_no_more_than_it_may_carry, data::make(all_policies),
                     wanted) {
    pool targets(named(3, 3), wanted, {}, 10s, limited(2));
    std::vector<plug::lease> held;
    for (std::uint32_t who = 0; who < 6; ++who) {
        held.push_back(targets.pick(client(who), {}, start));
        BOOST_TEST(bool(held.back()));
    }
    for (std::uint32_t each = 0; each < 3; ++each) {
        BOOST_TEST(targets.connections(each) == 2U);
    }
    BOOST_TEST(!targets.pick(client(9), {}, start));
    const auto freed = held[3].target();
    held[3].release();
    BOOST_TEST(targets.pick(client(9), {}, start).target() == freed);
}

BOOST_AUTO_TEST_CASE(a_target_may_have_a_limit_of_its_own) {
    auto configured = named(2, 2);
    configured[1].max_connections = 3;
    pool targets(configured, policy::first, {}, 10s, limited(1));
    std::vector<plug::lease> held;
    for (int each = 0; each < 5; ++each) {
        held.push_back(targets.pick(client(1), {}, start));
    }
    BOOST_TEST(targets.connections(0) == 1U);
    BOOST_TEST(targets.connections(1) == 3U);
    BOOST_TEST(!held.back());
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_served_in_the_order_in_which_they_came) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    test_client second(2, start + 2s);
    test_client first(3, start + 1s);
    BOOST_TEST(targets.wait(second, start + 2s));
    BOOST_TEST(targets.wait(first, start + 3s)); // moved here by a reload, say
    held.release();
    BOOST_TEST(first.calls == 1);
    BOOST_TEST(first.target() == 0);
    BOOST_TEST(second.calls == 0);
    first.granted.release();
    BOOST_TEST(second.calls == 1);
    BOOST_TEST(second.target() == 0);
}

BOOST_AUTO_TEST_CASE(the_line_takes_no_more_than_it_may) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1, 1));
    const auto held = targets.pick(client(1), {}, start);
    test_client one(2);
    test_client other(3);
    BOOST_TEST(targets.wait(one, start));
    BOOST_TEST(!targets.wait(other, start));
    BOOST_TEST(other.result == wait_result::line_full);
    BOOST_TEST(other.calls == 0);
    BOOST_TEST(targets.leave(one));
    BOOST_TEST(!targets.leave(one));
    BOOST_TEST(targets.wait(other, start));
    BOOST_TEST(targets.leave(other));
}

BOOST_AUTO_TEST_CASE(who_has_waited_for_too_long_is_called_without_a_target) {
    pool targets(named(1, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    test_client one(2);
    test_client other(3, start + 1s);
    targets.wait(one, start);
    targets.wait(other, start + 1s);
    BOOST_TEST(targets.begin_watch());
    BOOST_TEST(!targets.begin_watch()); // one watches for all
    BOOST_TEST((targets.next_expiry() == start + 5s));
    targets.expire(start + 5s);
    BOOST_TEST(one.result == wait_result::timed_out);
    BOOST_TEST(one.calls == 1);
    BOOST_TEST(other.calls == 0);
    held.release();
    BOOST_TEST(other.target() == 0);
    BOOST_TEST((targets.next_expiry() == std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_full_target_is_waited_for_rather_than_a_backup_taken) {
    pool targets(named(2, 1), policy::round_robin, {}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    BOOST_TEST(!targets.pick(client(2), {}, start));
    test_client one(2);
    BOOST_TEST(targets.wait(one, start));
    targets.report_failed(0, start); // now no other is up
    BOOST_TEST(one.target() == 1);
}

BOOST_AUTO_TEST_CASE(a_full_target_is_waited_for_rather_than_one_that_is_down_tried) {
    pool targets(named(2, 2), policy::first, {}, 10s, limited(1));
    targets.report_failed(1, start);
    auto held = targets.pick(client(1), {}, start);
    test_client one(2);
    BOOST_TEST(targets.wait(one, start));
    targets.report_connected(1);
    BOOST_TEST(one.target() == 1);
}

BOOST_AUTO_TEST_CASE(who_waits_is_given_a_target_whose_retry_time_has_come) {
    pool targets(named(2, 2), policy::first, {}, 2s, limited(1));
    targets.report_failed(1, start);
    auto held = targets.pick(client(1), {}, start);
    test_client one(2);
    BOOST_TEST(targets.wait(one, start));
    targets.expire(start + 2s);
    BOOST_TEST(one.target() == 1);
}

BOOST_AUTO_TEST_CASE(who_has_tried_all_that_is_full_does_not_wait) {
    pool targets(named(2, 2), policy::first, {}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    auto other = targets.pick(client(1), {}, start);
    test_client one(2);
    one.tried.add(0);
    one.tried.add(1);
    BOOST_TEST(!targets.wait(one, start));
    BOOST_TEST(one.result == wait_result::no_target);
    test_client two(2);
    two.tried.add(0);
    BOOST_TEST(targets.wait(two, start));
    held.release();
    BOOST_TEST(two.calls == 0); // it knows that one
    other.release();
    BOOST_TEST(two.target() == 1);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_waits_for_its_target_and_is_overtaken_by_nobody_there) {
    pool targets(named(2, 2), policy::round_robin, {true, 1h, 100}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    BOOST_TEST(held.target() == 0U);
    BOOST_TEST(!targets.pick(client(1), {}, start)); // although the other has room
    test_client again(1);
    BOOST_TEST(targets.wait(again, start));
    auto other = targets.pick(client(2), {}, start);
    BOOST_TEST(other.target() == 1U);
    other.release();
    BOOST_TEST(again.calls == 0);
    held.release();
    BOOST_TEST(again.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_to_a_target_that_goes_down_gets_another) {
    pool targets(named(2, 2), policy::round_robin, {true, 1h, 100}, 10s, limited(1));
    auto held = targets.pick(client(1), {}, start);
    test_client again(1);
    BOOST_TEST(targets.wait(again, start));
    targets.report_failed(0, start);
    BOOST_TEST(again.target() == 1);
}

BOOST_AUTO_TEST_CASE(a_reload_calls_those_who_wait_and_they_wait_on_in_the_next_pool) {
    const auto before = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                               10s, limited(1));
    auto held = before->pick(client(1), {}, start);
    test_client one(2);
    BOOST_TEST(before->wait(one, start));
    const auto next = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                             10s, *before, limited(1, 0));
    before->hand_over_to(next);
    BOOST_TEST(one.calls == 1);
    BOOST_TEST(one.result == wait_result::moved);
    test_client late(3);
    BOOST_TEST(!before->wait(late, start));
    BOOST_TEST(late.result == wait_result::moved);
    BOOST_TEST(!next->wait(late, start)); // it had no place yet
    BOOST_TEST(next->wait(one, start));
    held.release();
    BOOST_TEST(one.calls == 2);
    BOOST_TEST(one.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_that_takes_the_limit_away_lets_everybody_in) {
    const auto before = std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{},
                                               10s, limited(1));
    auto held = before->pick(client(1), {}, start);
    test_client one(2);
    before->wait(one, start);
    const auto next =
        std::make_shared<pool>(named(1, 1), policy::first, plug::affinity_config{}, 10s, *before);
    before->hand_over_to(next);
    BOOST_TEST(!next->wait(one, start));
    BOOST_TEST(one.target() == 0);
}

BOOST_AUTO_TEST_CASE(a_plug_that_is_no_more_lets_nobody_wait) {
    pool targets(named(1, 1), policy::first, {}, 10s, limited(1));
    const auto held = targets.pick(client(1), {}, start);
    test_client one(2);
    targets.wait(one, start);
    targets.close_line();
    BOOST_TEST(one.result == wait_result::dismissed);
    BOOST_TEST(one.calls == 1);
    test_client other(3);
    BOOST_TEST(!targets.wait(other, start));
    BOOST_TEST(other.result == wait_result::dismissed);
}

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
            if (auto taken = targets.pick(client(who), {}, now)) {
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
    std::vector<std::thread> running;
    std::atomic<int> over{0};
    std::array<std::atomic<int>, 2> carried{};
    for (int each = 0; each < threads; ++each) {
        running.emplace_back([&, each] {
            for (std::uint32_t count = 0; count < 2000; ++count) {
                const auto who = static_cast<std::uint32_t>(each) * 10'000 + count;
                auto held = targets.pick(client(who), {}, start);
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
    }
    for (auto& each : running) {
        each.join();
    }
    BOOST_TEST(over == 0);
    BOOST_TEST(targets.connections(0) == 0U);
    BOOST_TEST(targets.connections(1) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
