// Round trips on open sessions, and what thousands of idle sessions cost.
#include "tests/benchmark/load/session_set.hpp"

#include <optional>

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

class trip_work final : public work {
public:
    trip_work(event_loop& loop, const options& settings)
        : settings_(settings), sessions_(loop, settings) {}

    void begin(numbers&) override { sessions_.open_all(); }
    void slice(const std::string&, numbers& found) override {
        sessions_.measure(settings_.connections, "", found);
    }
    void finish() override { sessions_.close_all(); }

private:
    const options& settings_;
    session_set sessions_;
};

/// Parts of it: idle, some (are active) and all.
class session_work final : public work {
public:
    session_work(event_loop& loop, const options& settings) : loop_(loop), settings_(settings) {}

    void begin(numbers& found) override {
        touch(loop_, settings_);
        const double before = settings_.watched.anonymous_bytes();
        sessions_.emplace(loop_, settings_);
        sessions_->open_all();
        loop_.run_until(clock::now() + settling);
        const double growth = settings_.watched.anonymous_bytes() - before;
        found.emplace_back("bytes_per_session",
                           growth / static_cast<double>(settings_.connections));
    }

    void slice(const std::string& part, numbers& found) override {
        if (part == "idle") {
            return measure_idle(found);
        }
        const std::size_t count = part == "some" ? settings_.active : settings_.connections;
        sessions_->measure(count, part + "_", found);
    }

    void finish() override { sessions_->close_all(); }

private:
    void measure_idle(numbers& found) {
        const stretch measuring(settings_.watched);
        loop_.run_until(clock::now() + settings_.measure);
        const cost spent = measuring.finish();
        found.emplace_back("idle_cpu_percent", spent.proxy_cpu_ns / spent.seconds / 1e7);
    }

    event_loop& loop_;
    const options& settings_;
    std::optional<session_set> sessions_;
};

} // namespace

std::unique_ptr<work> make_trips(event_loop& loop, const options& settings) {
    return std::make_unique<trip_work>(loop, settings);
}

std::unique_ptr<work> make_sessions(event_loop& loop, const options& settings) {
    return std::make_unique<session_work>(loop, settings);
}

} // namespace load
