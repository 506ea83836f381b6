// What a connection costs the state that all workers share: pick, lease and report of the pool, and
// the record that goes to the log, with 1 to 64 threads. Real time per operation of the process, so
// that a bottleneck shows as a time that grows with the threads. And what a pick among 10,000
// targets costs each policy by itself, in one thread.
#include "core/balance/moving_average.hpp"
#include "core/balance/pool.hpp"
#include "core/picking/least_loaded.hpp"
#include "core/picking/maglev_table.hpp"
#include "core/picking/random_two.hpp"
#include "core/picking/smooth_rotation.hpp"
#include "core/plug/census.hpp"
#include "service/log/event_log.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

using namespace plug;

constexpr std::size_t targets = 8;
constexpr std::uint32_t clients_of_a_thread = 1000;

affinity_config sticky(bool enabled) {
    affinity_config made;
    made.enabled = enabled;
    return made;
}

/// Another client each time, and none that another thread has.
boost::asio::ip::address_v4 next_client(const benchmark::State& state, std::uint32_t& count) {
    const auto thread = static_cast<std::uint32_t>(state.thread_index());
    return boost::asio::ip::address_v4(0x0a000000U + thread * clients_of_a_thread +
                                       count++ % clients_of_a_thread);
}

/// A connection that finds its target up: pick, connect, end.
void connect_and_end(benchmark::State& state, pool& shared) {
    const tried_targets tried;
    std::uint32_t count = 0;
    for (auto _ : state) {
        lease held =
            shared.pick(next_client(state, count), tried, std::chrono::steady_clock::now());
        if (shared.report_connected(held.target())) {
            state.SkipWithError("a target came up that was never down");
        }
        benchmark::DoNotOptimize(held);
    }
    state.SetItemsProcessed(state.iterations());
}

void pick_by_round_robin(benchmark::State& state) {
    static pool shared(std::vector<target_config>(targets), policy::round_robin, sticky(false),
                       std::nullopt);
    connect_and_end(state, shared);
}

void pick_by_affinity(benchmark::State& state) {
    static pool shared(std::vector<target_config>(targets), policy::round_robin, sticky(true),
                       std::nullopt);
    connect_and_end(state, shared);
}

void count_in_census(benchmark::State& state) {
    static census shared(1'000'000);
    for (auto _ : state) {
        if (!shared.has_room()) {
            state.SkipWithError("there is no room");
        }
        shared.session_begins();
        shared.session_ends();
    }
    state.SetItemsProcessed(state.iterations());
}

/// The log as `--session-log /dev/null` makes it.
event_log& session_log_to_nowhere() {
    static event_log log([] {
        log_options options;
        options.session_log = "/dev/null";
        return options;
    }());
    static const bool started = [] {
        log.start([](const log_line&) {});
        log.open_files(true);
        return true;
    }();
    benchmark::DoNotOptimize(started);
    return log;
}

/// Hands over as session::finish does; the log may drop what comes faster than it writes.
void publish_record(benchmark::State& state) {
    event_log& log = session_log_to_nowhere();
    static const auto label = std::make_shared<const listener_label>();
    static const auto target = std::make_shared<const std::string>("10.0.0.1:80");
    std::uint32_t count = 0;
    for (auto _ : state) {
        session_record told;
        told.listener = label;
        told.target = target;
        told.client = {next_client(state, count), 40000};
        told.ended_at = std::chrono::system_clock::now();
        log.publish(session_ended{std::move(told)});
    }
    state.SetItemsProcessed(state.iterations());
}

constexpr std::uint32_t many = 10'000;
const auto anybody = [](std::uint32_t) { return true; };

std::uint32_t some_weight(std::uint32_t slot) { return 1 + slot * 7919 % 1000; }

/// A whole pool: pick, connect, end.
void pick_among_many(benchmark::State& state, policy how) {
    std::vector<target_config> configured(many);
    for (std::uint32_t each = 0; each < many; ++each) {
        configured[each].name = "target " + std::to_string(each);
        configured[each].weight = some_weight(each);
    }
    pool shared(configured, how, sticky(false), std::nullopt);
    connect_and_end(state, shared);
}

void rotate(benchmark::State& state, bool weighted) {
    smooth_rotation turns(many);
    for (std::uint32_t each = 0; each < many; ++each) {
        turns.set_weight(each, weighted ? some_weight(each) : 1);
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(turns.next(anybody));
    }
}

void smooth_rotation_equal(benchmark::State& state) { rotate(state, false); }
void smooth_rotation_weighted(benchmark::State& state) { rotate(state, true); }

void smooth_rotation_weight_changes(benchmark::State& state) {
    smooth_rotation turns(many);
    for (std::uint32_t each = 0; each < many; ++each) {
        turns.set_weight(each, some_weight(each));
    }
    random_numbers random(1);
    for (auto _ : state) {
        turns.set_weight(random.below(many), 1 + random.below(1000));
        benchmark::DoNotOptimize(turns.next(anybody));
    }
}

/// A connection comes, and another one ends: two changes for each pick.
void least_loaded_weighted(benchmark::State& state) {
    least_loaded loads(many);
    for (std::uint32_t each = 0; each < many; ++each) {
        loads.set_weight(each, some_weight(each));
    }
    std::vector<std::uint32_t> connections(many);
    random_numbers random(1);
    for (auto _ : state) {
        const auto picked = loads.pick(anybody).value();
        loads.changed(picked, ++connections[picked]);
        const auto ends = random.below(many);
        if (connections[ends] > 0) {
            loads.changed(ends, --connections[ends]);
        }
    }
}

target_set every_other() {
    target_set made(many);
    for (std::uint32_t each = 0; each < many; each += 2) {
        made.insert(each);
    }
    return made;
}

void random_two_weighted(benchmark::State& state) {
    random_two two(1);
    const auto members = every_other();
    std::vector<std::uint32_t> connections(many);
    for (auto _ : state) {
        const auto picked = two.pick(members, anybody, [&](std::uint32_t slot) {
            return target_load{connections[slot], some_weight(slot), {}};
        });
        ++connections[picked.value()];
    }
}

void random_two_by_connect_time(benchmark::State& state) {
    const auto now = std::chrono::steady_clock::now();
    std::vector<moving_average> times(many, moving_average(std::chrono::seconds(10)));
    for (auto& each : times) {
        each.add(std::chrono::microseconds(300), now);
    }
    random_two two(1);
    const auto members = every_other();
    auto later = now;
    for (auto _ : state) {
        later += std::chrono::microseconds(1);
        const auto picked = two.pick(members, anybody, [&](std::uint32_t slot) {
            return target_load{
                0, some_weight(slot),
                std::chrono::duration_cast<std::chrono::microseconds>(times[slot].faded(later))};
        });
        times[picked.value()].add(std::chrono::microseconds(300), later);
    }
}

void target_set_next_of_few(benchmark::State& state) {
    target_set members(many);
    members.insert(0);
    for (auto _ : state) {
        benchmark::DoNotOptimize(members.next_from(1));
    }
}

std::vector<maglev_table::target> many_targets() {
    std::vector<maglev_table::target> made;
    for (std::uint32_t each = 0; each < many; ++each) {
        made.push_back({"target " + std::to_string(each), some_weight(each), each});
    }
    return made;
}

maglev_table::address_bytes client_bytes(std::uint32_t number) {
    return {0x20,
            1,
            0xd,
            0xb8,
            static_cast<unsigned char>(number >> 16),
            static_cast<unsigned char>(number >> 8),
            static_cast<unsigned char>(number)};
}

void maglev_lookup(benchmark::State& state) {
    static const maglev_table made(many_targets());
    std::uint32_t count = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(made.lookup(client_bytes(++count), anybody));
    }
}

/// Half of all targets are down.
void maglev_lookup_of_half(benchmark::State& state) {
    static const maglev_table made(many_targets());
    const auto members = every_other();
    const auto up = [&](std::uint32_t slot) { return members.contains(slot); };
    std::uint32_t count = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(made.lookup(client_bytes(++count), up));
    }
}

void maglev_build(benchmark::State& state) {
    const auto all = many_targets();
    for (auto _ : state) {
        benchmark::DoNotOptimize(maglev_table(all));
    }
}

void with_threads(benchmark::internal::Benchmark* one) {
    one->Threads(1)->Threads(2)->Threads(8)->Threads(64)->UseRealTime();
}

BENCHMARK(pick_by_round_robin)->Apply(with_threads);
BENCHMARK(pick_by_affinity)->Apply(with_threads);
BENCHMARK(count_in_census)->Apply(with_threads);
BENCHMARK(publish_record)->Apply(with_threads);

BENCHMARK_CAPTURE(pick_among_many, round_robin, policy::round_robin);
BENCHMARK_CAPTURE(pick_among_many, first, policy::first);
BENCHMARK_CAPTURE(pick_among_many, least_connections, policy::least_connections);
BENCHMARK_CAPTURE(pick_among_many, random_two, policy::random_two);
BENCHMARK_CAPTURE(pick_among_many, source_hash, policy::source_hash);
BENCHMARK(smooth_rotation_equal);
BENCHMARK(smooth_rotation_weighted);
BENCHMARK(smooth_rotation_weight_changes);
BENCHMARK(least_loaded_weighted);
BENCHMARK(random_two_weighted);
BENCHMARK(random_two_by_connect_time);
BENCHMARK(target_set_next_of_few);
BENCHMARK(maglev_lookup);
BENCHMARK(maglev_lookup_of_half);
BENCHMARK(maglev_build)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
