#include "service/log/queue.hpp"

#include "platform/thread_name.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace plug {

namespace {

using namespace std::chrono_literals;

/// The time for which the thread gathers events before it writes, so that under load the workers
/// need not wake it for each event.
constexpr auto gathering_time = 5ms;

} // namespace

/// The state that the thread shares with the others. The thread keeps it alive, so that a thread
/// that hangs in a dead sink can be left behind.
struct log_queue::state {
    explicit state(log_options initial) : capacity(initial.capacity), options(std::move(initial)) {}

    /// The next things that the thread does.
    struct work {
        std::vector<event> batch;
        std::uint64_t dropped = 0;
        std::optional<log_options> options;
        bool reopen = false;
    };

    const std::size_t capacity;
    std::mutex mutex;
    log_options options;
    bool options_changed = false;
    /// `wake` wakes the thread; `progress` wakes those who wait for an opened file or for its end.
    std::condition_variable wake;
    std::condition_variable progress;
    std::vector<event> waiting;
    std::uint64_t dropped = 0;
    bool sleeping = false;
    bool reopen_requested = false;
    bool closing = false;
    bool running = false;
    std::thread thread;

    void push(event happened) noexcept;
    [[nodiscard]] bool is_urgent() const { return options_changed || reopen_requested || closing; }
    bool take(work& next);
    void run(const sink_maker& make);
    void serve(log_sink& sink);
    void carry_out(log_sink& sink, work& next);
};

void log_queue::state::push(event happened) noexcept {
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

/// Waits for something to do; false = the queue is closed and empty.
bool log_queue::state::take(work& next) {
    std::unique_lock lock(mutex);
    if (waiting.empty() && !is_urgent()) {
        sleeping = true;
        wake.wait(lock, [&] { return !waiting.empty() || is_urgent(); });
        sleeping = false;
        wake.wait_for(lock, gathering_time, [&] { return is_urgent(); });
    }
    next.batch.clear();
    next.batch.swap(waiting);
    next.dropped = std::exchange(dropped, 0);
    next.options.reset();
    if (std::exchange(options_changed, false)) {
        next.options = options;
    }
    next.reopen = reopen_requested;
    return !next.batch.empty() || next.dropped > 0 || next.options || next.reopen || !closing;
}

void log_queue::state::carry_out(log_sink& sink, work& next) {
    try {
        if (next.options) {
            sink.change(*next.options);
        }
        if (next.reopen) {
            sink.reopen();
        }
        if (!next.batch.empty() || next.dropped > 0) {
            sink.write(next.batch, next.dropped);
        }
    } catch (const std::exception&) {
        // Out of memory, or a sink that throws: these events are lost and counted.
        const std::lock_guard lock(mutex);
        dropped += closing ? 0 : next.batch.size() + next.dropped;
    }
}

void log_queue::state::serve(log_sink& sink) {
    work next;
    while (take(next)) {
        carry_out(sink, next);
        if (next.reopen) {
            const std::lock_guard lock(mutex);
            reopen_requested = false;
            progress.notify_all();
        }
    }
}

void log_queue::state::run(const sink_maker& make) {
    try {
        std::unique_lock lock(mutex);
        const log_options now = options;
        options_changed = false;
        lock.unlock();
        const auto sink = make(now);
        serve(*sink);
    } catch (const std::exception&) {
        // Out of memory before the first line: events are dropped from here on.
    }
    const std::lock_guard lock(mutex);
    running = false;
    reopen_requested = false;
    progress.notify_all();
}

log_queue::log_queue(log_options options) : state_(std::make_shared<state>(std::move(options))) {}

log_queue::~log_queue() { close(std::chrono::steady_clock::now()); }

void log_queue::push(event happened) noexcept { state_->push(std::move(happened)); }

void log_queue::push_copy(const event& happened) noexcept {
    try {
        state_->push(happened);
    } catch (const std::exception&) { // out of memory
        drop();
    }
}

void log_queue::drop() noexcept {
    const std::lock_guard lock(state_->mutex);
    ++state_->dropped;
}

void log_queue::start(sink_maker make) {
    const std::lock_guard lock(state_->mutex);
    state_->thread = std::thread([shared = state_, maker = std::move(make)] {
        platform::name_this_thread("plug-log");
        shared->run(maker);
    });
    state_->running = true;
}

void log_queue::change(const log_options& options, bool reopen) {
    const std::lock_guard lock(state_->mutex);
    state_->options = options;
    state_->options_changed = true;
    state_->reopen_requested |= reopen;
    state_->wake.notify_one();
}

void log_queue::reopen(std::chrono::milliseconds wait) {
    std::unique_lock lock(state_->mutex);
    state_->reopen_requested = true;
    state_->wake.notify_one();
    if (wait > 0ms) {
        state_->progress.wait_for(lock, wait, [this] { return !state_->reopen_requested; });
    }
}

bool log_queue::close(std::chrono::steady_clock::time_point deadline) noexcept {
    std::unique_lock lock(state_->mutex);
    state_->closing = true;
    state_->wake.notify_one();
    const auto has_ended = [this] { return !state_->running; };
    // A thread that was left behind is not waited for again.
    const bool ended = state_->thread.joinable()
                           ? state_->progress.wait_until(lock, deadline, has_ended)
                           : has_ended();
    std::thread thread = std::move(state_->thread);
    lock.unlock();
    if (thread.joinable()) {
        ended ? thread.join() : thread.detach();
    }
    return ended;
}

} // namespace plug
