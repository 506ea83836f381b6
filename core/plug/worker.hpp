// A worker: one thread with one io_context, its transport and its sessions.
#pragma once

#include "core/monitor/counters.hpp"
#include "core/monitor/event.hpp"
#include "core/picking/random_numbers.hpp"
#include "core/plug/census.hpp"
#include "core/plug/destination.hpp"
#include "core/plug/lasting.hpp"
#include "core/plug/session_sweeps.hpp"
#include "platform/transport/transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <thread>

namespace plug {

/// Runs sessions. Functions belong to the worker's own thread unless they say otherwise.
class worker {
public:
    /// `number` is its place among the workers, from 0 on.
    worker(census& counted, platform::network_options options, std::size_t number = 0);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    [[nodiscard]] platform::network& network() noexcept { return network_; }
    [[nodiscard]] census& counted() noexcept { return census_; }
    [[nodiscard]] std::size_t number() const noexcept { return number_; }

    /// What its sessions count, of all plugs. Others may read it on any thread.
    [[nodiscard]] session_counters::block& totals() const noexcept { return totals_.of(0); }

    /// Starts the thread. `failed` hears of an exception that escaped from a handler, on that
    /// thread; the worker goes on.
    void start(std::function<void(std::exception_ptr)> failed);

    /// Calls `act` on the worker's thread, soon. Any thread.
    template <typename Act> void post(Act act) {
        boost::asio::post(context_, std::move(act));
        network_.wake();
    }

    /// The same with memory that was set aside for it, and so without failing.
    template <typename Act> void post(platform::handler_room& memory, Act act) noexcept {
        boost::asio::post(context_, platform::with_memory(memory, std::move(act)));
        network_.wake();
    }

    /// Runs `story` on the worker's thread, and again where it breaks off, until it has ended in
    /// order. `events`, which hears of it, must outlive that. Any thread.
    void keep(std::shared_ptr<lasting> story, event_sink& events) noexcept;

    /// Starts `story` on the worker's thread, soon; `ended` hears how it ended. Any thread.
    template <typename Ended> void spawn(platform::task<void> story, Ended ended) {
        boost::asio::co_spawn(context_, std::move(story), std::move(ended));
        network_.wake();
    }

    /// Ends the thread; to be called when nothing is left to do. Any thread.
    void finish() noexcept;

    /// Waits for the thread. Any other thread.
    void join();

    /// The session runs here until remove(). After cut_sessions() it is cut at once.
    void add(worker_session& started);
    void remove(worker_session& ended) noexcept;

    /// Sessions that are added are held to the limits of their plugs, looked at after each `every`
    /// until none is left that has any. `events` hears of a failure.
    void watch_limits(std::chrono::milliseconds every, event_sink& events);

    /// For whatever must not be the same in two sessions.
    [[nodiscard]] random_numbers& chance() noexcept { return chance_; }

    /// Cuts every session when `grace` is over, those still to come too, unless the worker is
    /// finished before. `events` hears how many there were. Any thread.
    void cut_sessions_after(std::chrono::milliseconds grace, event_sink& events) noexcept;
    /// The same at once.
    void cut_sessions_now(event_sink& events) noexcept;

    /// Cuts the sessions on `targets` when `grace` is over. Of those that went down the sessions
    /// that have them now: who is still connecting goes on to the next, and who comes later has
    /// found them up again.
    platform::task<void> cut_sessions_on(destination_group targets, session_end why,
                                         std::chrono::milliseconds grace);

    /// Cuts every session, a few in each turn of the loop, and those still to come at once. `told`
    /// hears, before the last is cut, how many of those that were there are.
    void cut_sessions(std::function<void(std::size_t)> told);

private:
    class hold;
    class limits_watch;
    class grace_watch;
    static platform::task<void> run(hold kept);
    void begin(std::shared_ptr<lasting> story, event_sink& events) noexcept;
    void sweep(session_sweep begun);

    census& census_;
    const std::size_t number_;
    const session_counters totals_{1};
    // Until the coroutines have gone, which do so with the context.
    bool is_ending_ = false;
    platform::handler_memory memory_to_finish_;
    const std::shared_ptr<limits_watch> limits_;
    const std::shared_ptr<grace_watch> grace_;
    const std::shared_ptr<grace_watch> stop_;
    boost::asio::io_context context_{1};
    platform::network network_;
    session_sweeps::sessions sessions_;
    session_sweeps sweeps_{sessions_};
    random_numbers chance_;
    std::chrono::milliseconds watch_interval_{0}; // zero = nothing is watched
    bool cutting_ = false;
    std::thread thread_;
};

} // namespace plug
