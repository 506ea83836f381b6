// Counters in blocks: who writes where, and what a reader sees meanwhile.
#include "core/monitor/counters.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

constexpr std::uint64_t rounds = 20'000;

/// What one worker counts: sessions that begin and end, one after the other.
void count(plug::session_counters::block& mine) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
        mine.accepted.add();
        mine.begun.add();
        mine.from_client.add(3);
        mine.ended[static_cast<std::size_t>(plug::session_end::completed)].add();
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(counters)

BOOST_AUTO_TEST_CASE(no_two_workers_count_in_the_same_cache_line) {
    const plug::session_counters of_plug(3);
    const plug::target_counters of_target(3);
    const auto line = [](const auto& number) {
        return reinterpret_cast<std::uintptr_t>(&number) / 64;
    };
    for (std::size_t worker = 0; worker < 2; ++worker) {
        BOOST_TEST(line(of_plug.of(worker).from_target) < line(of_plug.of(worker + 1).accepted));
        BOOST_TEST(line(of_target.of(worker).from_target) <
                   line(of_target.of(worker + 1).connected));
    }
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(&of_plug.of(0)) % 64 == 0U);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(&of_target.of(0)) % 64 == 0U);
    BOOST_TEST(sizeof(plug::target_counters::block) == 64U); // there may be 10,000 targets
}

BOOST_AUTO_TEST_CASE(every_number_of_every_worker_is_summed_up) {
    const plug::session_counters all(2);
    const auto fill = [](auto& into, auto number) {
        into.accepted.add(number);
        into.refused.add(number + 1);
        into.begun.add(number + 2);
        into.left.add(number + 3);
        into.failed_connects.add(number + 4);
        into.retries.add(number + 5);
        into.from_client.add(number + 6);
        into.from_target.add(number + 7);
        for (auto& count : into.ended) {
            count.add(number++ + 8);
        }
    };
    fill(all.of(0), 1U);
    fill(all.of(1), 1000U);
    const auto sum = all.sum();
    BOOST_TEST(sum.accepted == 1001U);
    BOOST_TEST(sum.refused == 1003U);
    BOOST_TEST(sum.begun == 1005U);
    BOOST_TEST(sum.left == 1007U);
    BOOST_TEST(sum.failed_connects == 1009U);
    BOOST_TEST(sum.retries == 1011U);
    BOOST_TEST(sum.from_client == 1013U);
    BOOST_TEST(sum.from_target == 1015U);
    for (std::size_t end = 0; end < plug::session_ends.size(); ++end) {
        BOOST_TEST(sum.ended[end] == 1017U + 2 * end);
    }

    const plug::target_counters of_target(2);
    for (const std::size_t worker : {0U, 1U}) {
        auto& mine = of_target.of(worker);
        mine.connected.add(1);
        mine.failed_connects.add(2);
        mine.from_client.add(3);
        mine.from_target.add(4);
    }
    const auto target = of_target.sum();
    BOOST_TEST(target.connected == 2U);
    BOOST_TEST(target.failed_connects == 4U);
    BOOST_TEST(target.from_client == 6U);
    BOOST_TEST(target.from_target == 8U);
}

BOOST_AUTO_TEST_CASE(what_runs_is_what_has_begun_and_is_not_over_and_never_less_than_none) {
    plug::session_totals seen;
    seen.begun = 5;
    seen.left = 1;
    seen.ended[0] = 2;
    BOOST_TEST(seen.current() == 2U);
    seen.ended[0] = 7; // read a moment later than the begin
    BOOST_TEST(seen.current() == 0U);
}

BOOST_AUTO_TEST_CASE(
    a_snapshot_while_workers_count_never_falls_back_and_misses_nothing_at_the_end) {
    constexpr std::size_t workers = 3;
    const plug::session_counters all(workers);
    std::atomic<std::size_t> running{workers};
    std::vector<std::thread> threads;
    for (std::size_t worker = 0; worker < workers; ++worker) {
        threads.emplace_back([&all, &running, worker] {
            count(all.of(worker));
            --running;
        });
    }
    plug::session_totals before;
    bool fell_back = false;
    do {
        const auto now = all.sum();
        fell_back |= now.begun < before.begun || now.all_ended() < before.all_ended() ||
                     now.from_client < before.from_client;
        before = now;
    } while (running > 0);
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(!fell_back);
    const auto sum = all.sum();
    BOOST_TEST(sum.begun == workers * rounds);
    BOOST_TEST(sum.all_ended() == workers * rounds);
    BOOST_TEST(sum.from_client == 3 * workers * rounds);
    BOOST_TEST(sum.current() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
