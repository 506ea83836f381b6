#include "service/log.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace plug {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;
/// The thread gathers events for so long before it writes: under load the workers need not wake it
/// for each one.
constexpr auto gathering_time = 5ms;

} // namespace

/// What the log's thread shares with the others. Kept alive by the thread itself, so that a thread
/// that hangs in a dead log can be left behind.
struct event_log::state {
    explicit state(log_options given) : options(std::move(given)) {}

    const log_options options;
    std::mutex mutex;
    /// Wakes the thread; and tells others that it opened the file, or ended.
    std::condition_variable wake;
    std::condition_variable progress;
    std::vector<event> waiting;
    std::uint64_t dropped = 0;
    bool sleeping = false;
    bool open_requested = false;
    bool closing = false;
    bool running = false;
    std::thread thread;

    void push(event happened) noexcept;
    bool take(std::vector<event>& batch, bool& open_now);
    void run(line_writer write);
    void serve(log_batch& writer);
};

void event_log::state::push(event happened) noexcept {
    bool must_wake = false;
    {
        const std::lock_guard lock(mutex);
        if (waiting.size() >= options.capacity) {
            ++dropped;
            return;
        }
        try {
            waiting.push_back(std::move(happened));
        } catch (const std::bad_alloc&) {
            ++dropped;
            return;
        }
        must_wake = std::exchange(sleeping, false);
    }
    if (must_wake) {
        wake.notify_one();
    }
}

/// Waits for something to do; false = nothing will come any more.
bool event_log::state::take(std::vector<event>& batch, bool& open_now) {
    std::unique_lock lock(mutex);
    if (waiting.empty() && !open_requested && !closing) {
        sleeping = true;
        wake.wait(lock, [&] { return !waiting.empty() || open_requested || closing; });
        sleeping = false;
        wake.wait_for(lock, gathering_time, [&] { return open_requested || closing; });
    }
    batch.clear();
    batch.swap(waiting);
    open_now = open_requested;
    if (const auto lost = std::exchange(dropped, 0); lost > 0) {
        batch.emplace_back(events_dropped{lost});
    }
    return !batch.empty() || open_now || !closing;
}

void event_log::state::serve(log_batch& writer) {
    std::vector<event> batch;
    bool open_now = false;
    while (take(batch, open_now)) {
        try {
            if (open_now) {
                writer.open_session_log();
            }
            writer.write(batch);
        } catch (const std::exception&) {
            // Out of memory, or a log that throws: these lines are lost, and counted.
            const std::lock_guard lock(mutex);
            dropped += closing ? 0 : batch.size();
        }
        if (open_now) {
            const std::lock_guard lock(mutex);
            open_requested = false;
            progress.notify_all();
        }
    }
}

void event_log::state::run(line_writer write) {
    try {
        log_batch writer(options, std::move(write));
        serve(writer);
    } catch (const std::exception&) {
        // Out of memory before the first line: events are dropped from here on.
    }
    const std::lock_guard lock(mutex);
    running = false;
    open_requested = false;
    progress.notify_all();
}

event_log::event_log(log_options options) : state_(std::make_shared<state>(std::move(options))) {}

event_log::~event_log() { close(); }

void event_log::publish(event happened) noexcept { state_->push(std::move(happened)); }

bool event_log::wants_sessions() const noexcept {
    const log_options& options = state_->options;
    return options.log_connections || options.session_log || options.debug > 0;
}

bool event_log::wants_attempts() const noexcept { return state_->options.debug > 0; }

void event_log::start(line_writer write) {
    const std::lock_guard lock(state_->mutex);
    state_->thread = std::thread(
        [shared = state_, writer = std::move(write)]() mutable { shared->run(std::move(writer)); });
    state_->running = true;
}

void event_log::open_session_log(bool wait) {
    std::unique_lock lock(state_->mutex);
    state_->open_requested = true;
    state_->wake.notify_one();
    if (wait) {
        state_->progress.wait_for(lock, patience, [this] { return !state_->open_requested; });
    }
}

bool event_log::close() noexcept {
    std::unique_lock lock(state_->mutex);
    state_->closing = true;
    state_->wake.notify_one();
    const bool ended =
        state_->progress.wait_for(lock, patience, [this] { return !state_->running; });
    std::thread thread = std::move(state_->thread);
    lock.unlock();
    if (thread.joinable()) {
        ended ? thread.join() : thread.detach();
    }
    return ended;
}

} // namespace plug
