// The event loop of a worker: one edge-triggered epoll set, hosted in the worker's io_context as a
// single descriptor, with the deadlines and the turns of everything that waits in it.
#pragma once

#include "platform/linux/deadline_list.hpp"
#include "platform/linux/watched.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plug::platform {

/// Calls back on the thread that runs the io_context, and keeps the io_context busy only while
/// something waits.
class event_loop {
public:
    /// Throws boost::system::system_error where the system has no descriptor left.
    event_loop(asio::io_context& context, std::chrono::microseconds spin);
    ~event_loop();
    event_loop(const event_loop&) = delete;
    event_loop& operator=(const event_loop&) = delete;

    [[nodiscard]] asio::io_context& context() const noexcept { return context_; }

    /// The time at which the events that are being served were harvested, or now.
    [[nodiscard]] clock::time_point now() const noexcept {
        return serving_ ? harvested_at_ : clock::now();
    }

    /// Adds the socket to the set for good; closing it takes it out. Readiness that is there
    /// already is reported too.
    error_code watch(watched& added);

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
    static constexpr int batch_size = 256;

    void wake();
    void wake_for_deadlines();
    bool harvest();
    void serve_ready();
    bool keep_spinning();
    void settle();
    void arm();
    void arm_timer();
    void disarm() noexcept;
    void call_again();
    void free_retired() noexcept;

    asio::io_context& context_;
    const std::chrono::microseconds spin_;
    asio::posix::basic_stream_descriptor<executor> set_;
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer_;
    clock::time_point timer_at_ = never;
    clock::time_point harvested_at_{};
    clock::time_point spin_until_{};
    bool had_events_ = false;
    bool serving_ = false;
    bool armed_ = false;
    bool called_again_ = false;
    scheduled_list waiting_;
    scheduled_list ready_;
    deadline_list deadlines_;
    watched_list watched_;
    watched_list retired_;
    /// Handlers that outlive the loop see that it is gone.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace plug::platform
