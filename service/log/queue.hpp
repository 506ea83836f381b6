// Events on their way to a sink: a bounded queue, and the thread that empties it. A sink that is
// slow or dead costs events, which are counted, and never the time of those who push.
#pragma once

#include "service/log/sink.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace plug {

/// Makes the sink, on the thread of the queue, with the options that hold then.
using sink_maker = std::function<std::unique_ptr<log_sink>(const log_options&)>;

/// Life: construct, start(), close(). Events before start() wait. Any thread.
class log_queue {
public:
    explicit log_queue(log_options options);
    /// Leaves the thread behind where close() was not called.
    ~log_queue();
    log_queue(const log_queue&) = delete;
    log_queue& operator=(const log_queue&) = delete;

    void push(event happened) noexcept;
    void push_copy(const event& happened) noexcept;
    /// One that could not be made counts among the dropped ones.
    void drop() noexcept;

    /// Starts the thread. Call after the last fork.
    void start(sink_maker make);

    /// From now on the sink goes by `options`; it opens its file anew where `reopen` says so.
    void change(const log_options& options, bool reopen);

    /// The sink opens its file. `wait` > 0 = not before it has tried to, or so long.
    void reopen(std::chrono::milliseconds wait);

    /// Has the sink write what is left, and ends the thread. False = the sink did not take it
    /// until `deadline`: the thread was left behind.
    bool close(std::chrono::steady_clock::time_point deadline) noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace plug
