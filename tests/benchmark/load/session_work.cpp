// Round trips on open sessions, and what thousands of idle sessions cost.
#include "tests/benchmark/load/session_set.hpp"

namespace load {
namespace {

constexpr std::chrono::milliseconds settling{300};

/// One session, opened and closed: what the proxy allocates once is not counted as a session's.
void touch(event_loop& loop, const options& settings) {
    options one = settings;
    one.connections = 1;
    session_set sessions(loop, one);
    sessions.open_all();
    sessions.close_all();
    loop.run_until(clock::now() + settling);
}

void measure_idle(event_loop& loop, const options& settings, numbers& found) {
    const stretch measuring(settings.watched);
    loop.run_until(clock::now() + settings.measure);
    const cost spent = measuring.finish();
    found.emplace_back("idle_cpu_percent", spent.proxy_cpu_ns / spent.seconds / 1e7);
}

} // namespace

numbers run_trips(const options& settings) {
    event_loop loop(clock::now() + settings.limit);
    numbers found;
    session_set sessions(loop, settings);
    sessions.open_all();
    sessions.measure(settings.connections, "", found);
    sessions.close_all();
    return found;
}

numbers run_sessions(const options& settings) {
    event_loop loop(clock::now() + settings.limit);
    numbers found;
    touch(loop, settings);
    const double before = settings.watched.anonymous_bytes();
    session_set sessions(loop, settings);
    sessions.open_all();
    loop.run_until(clock::now() + settling);
    const double growth = settings.watched.anonymous_bytes() - before;
    found.emplace_back("bytes_per_session", growth / static_cast<double>(settings.connections));
    measure_idle(loop, settings, found);
    sessions.measure(settings.active, "some_", found);
    sessions.measure(settings.connections, "all_", found);
    sessions.close_all();
    return found;
}

} // namespace load
