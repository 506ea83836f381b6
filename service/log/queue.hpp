// Events on their way to a sink: a bounded queue, and the thread that empties it. If a sink is slow
// or dead, events are lost and counted, and push() never waits.
#pragma once

#include "service/log/sink.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace plug {

/// Makes the sink, on the thread of the queue, with the options of that moment.
using sink_maker = std::function<std::unique_ptr<log_sink>(const log_options&)>;

/// Life: construct, start(), close(). Events before start() wait. Any thread.
class log_queue {
public:
    explicit log_queue(log_options options);
    /// Leaves the thread behind if close() was not called.
    ~log_queue();
    log_queue(const log_queue&) = delete;
    log_queue& operator=(const log_queue&) = delete;

    void push(event happened) noexcept;
    void push_copy(const event& happened) noexcept;
    /// Counts an event that could not be made as dropped.
    void drop() noexcept;

    /// Starts the thread. Call after the last fork.
    void start(sink_maker make);

    /// The sink follows `options` from now on, and opens its file again if `reopen`.
    void change(const log_options& options, bool reopen);

    /// The sink opens its file. Waits until it has tried to, at most for `wait`.
    void reopen(std::chrono::milliseconds wait);

    /// The sink writes the remaining events, and the thread ends. False = it had not ended by
    /// `deadline`, and was left behind.
    bool close(std::chrono::steady_clock::time_point deadline) noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace plug
