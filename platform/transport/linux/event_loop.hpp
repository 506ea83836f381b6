// The event loop of a worker: one edge-triggered epoll set, with the deadlines and the turns of
// everything that waits in it. Between two waits it runs the handlers of the worker's io_context.
#pragma once

#include "platform/transport/linux/deadline_list.hpp"
#include "platform/transport/linux/watched.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <thread>

namespace plug::platform {

/// Sleeps in its own set and not in Asio's: a set within Asio's costs two more system calls for
/// each wake. So Asio has no reactor in this context, and whoever posts to it from another thread
/// wakes the loop.
class event_loop {
public:
    /// Throws boost::system::system_error where the system has no descriptor left.
    event_loop(asio::io_context& context, std::chrono::microseconds spin);
    ~event_loop();
    event_loop(const event_loop&) = delete;
    event_loop& operator=(const event_loop&) = delete;

    /// Serves until stop(). What escapes from a callback or a handler escapes from here too, once
    /// the others have had their events, and run() may be called again.
    void run();

    /// Ends run(). Any thread.
    void stop() noexcept;

    /// Sees to it that handlers posted before are run. Any thread.
    void wake() noexcept;

    /// The time at which the events that are being served were harvested, or now.
    [[nodiscard]] clock::time_point now() const noexcept {
        return serving_ ? harvested_at_ : clock::now();
    }

    /// Adds the socket to the set for good; closing it takes it out. Readiness that is there
    /// already is reported too.
    error_code watch(watched& added);

    /// The same for a listening socket that is in the sets of other workers too: each client wakes
    /// one of those that sleep. unwatch_shared() takes it out; it may come back.
    error_code watch_shared(watched& added);
    void unwatch_shared(watched& removed) noexcept;

    /// Closes the socket and frees `ended` once no harvested event can name it any more.
    static void retire(watched* ended) noexcept;

    /// `waiting` waits: for an event that somebody else will tell it, or for its deadline.
    void suspend(scheduled& waiting, clock::time_point deadline);

    /// `waiting` waits no longer.
    void release(scheduled& waiting) noexcept;

    /// Calls waiting.on_turn() soon, from the loop and not from here.
    void make_ready(scheduled& waiting) noexcept;

    void set_deadline(scheduled& waiting, clock::time_point deadline);

private:
    class serving;
    class escapes;
    static constexpr int batch_size = 256;

    error_code add_to_set(watched& added, std::uint32_t events);
    void run_handlers();
    void harvest();
    void note_wait(clock::time_point began, int limit, int count) noexcept;
    void serve_ready(escapes& escaped);
    void serve_deadlines();
    [[nodiscard]] int sleep_limit(clock::time_point now);
    [[nodiscard]] bool spins(clock::time_point now);
    void free_retired() noexcept;

    asio::io_context& context_;
    const asio::executor_work_guard<executor> guard_;
    const std::chrono::microseconds spin_;
    const descriptor set_;
    const descriptor wake_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::thread::id> runner_{};
    clock::time_point harvested_at_{};
    /// What had happened by then has been harvested: deadlines are compared with this and not with
    /// the clock, which goes on while the process is stopped.
    clock::time_point seen_until_{};
    /// Of the first of some full batches in a row.
    clock::time_point full_since_{};
    /// How many more full ones it takes until everything has been harvested that was ready before
    /// them; 0 = the last batch was not full.
    std::size_t full_to_come_ = 0;
    /// Sockets in the set.
    std::size_t watched_count_ = 0;
    clock::time_point spin_until_{};
    bool had_events_ = false;
    /// There were more handlers than are run between two waits.
    bool has_handlers_ = false;
    bool serving_ = false;
    scheduled_list waiting_;
    scheduled_list ready_;
    deadline_list deadlines_;
    watched_list watched_;
    watched_list retired_;
};

} // namespace plug::platform
