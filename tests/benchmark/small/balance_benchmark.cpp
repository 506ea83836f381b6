// What a connection costs the state that all workers share: pick, lease and report of the pool, and
// the record that goes to the log, with 1 to 64 threads. Real time per operation of the process, so
// that a bottleneck shows as a time that grows with the threads.
#include "core/balance/pool.hpp"
#include "core/session/census.hpp"
#include "service/log.hpp"

#include <benchmark/benchmark.h>

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
    static pool shared(targets, policy::round_robin, sticky(false), std::nullopt);
    connect_and_end(state, shared);
}

void pick_by_affinity(benchmark::State& state) {
    static pool shared(targets, policy::round_robin, sticky(true), std::nullopt);
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
        log.start([](platform::severity, std::uint16_t, const std::string&) {});
        log.open_session_log(true);
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

void with_threads(benchmark::internal::Benchmark* one) {
    one->Threads(1)->Threads(2)->Threads(8)->Threads(64)->UseRealTime();
}

BENCHMARK(pick_by_round_robin)->Apply(with_threads);
BENCHMARK(pick_by_affinity)->Apply(with_threads);
BENCHMARK(count_in_census)->Apply(with_threads);
BENCHMARK(publish_record)->Apply(with_threads);

} // namespace

BENCHMARK_MAIN();
