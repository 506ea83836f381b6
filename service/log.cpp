#include "service/log.hpp"

#include <atomic>
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
    explicit state(log_options given) : capacity(given.capacity), options(std::move(given)) {
        note_wishes();
    }

    void note_wishes() noexcept {
        wants_sessions = options.log_connections || options.session_log || options.debug > 0;
        wants_attempts = options.debug > 0;
    }

    const std::size_t capacity;
    std::atomic<bool> wants_sessions{false};
    std::atomic<bool> wants_attempts{false};
    std::mutex mutex;
    log_options options;
    /// The thread is to look at `options` again.
    bool options_changed = false;
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
    void take_options(log_batch& writer);
    void serve(log_batch& writer);
};

void event_log::state::push(event happened) noexcept {
    bool must_wake = false;
    {
        const std::lock_guard lock(mutex);
        if (waiting.size() >= capacity) {
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

void event_log::state::take_options(log_batch& writer) {
    const std::lock_guard lock(mutex);
    if (std::exchange(options_changed, false)) {
        writer.change(options);
    }
}

void event_log::state::serve(log_batch& writer) {
    std::vector<event> batch;
    bool open_now = false;
    while (take(batch, open_now)) {
        try {
            take_options(writer);
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
        std::unique_lock lock(mutex);
        log_batch writer(options, std::move(write));
        lock.unlock();
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
    return state_->wants_sessions.load(std::memory_order_relaxed);
}

bool event_log::wants_attempts() const noexcept {
    return state_->wants_attempts.load(std::memory_order_relaxed);
}

void event_log::change(const log_options& options) {
    const std::lock_guard lock(state_->mutex);
    state_->open_requested |= state_->options.session_log != options.session_log;
    state_->options = options;
    state_->options_changed = true;
    state_->note_wishes();
    state_->wake.notify_one();
}

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
