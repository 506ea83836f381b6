// Runs the programs of checks, a few at a time, on threads of its own: a worker never waits for
// one.
#pragma once

#include "platform/child_process.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace plug {

/// Thread-safe. Has no thread before the first program is run.
class program_runner {
public:
    /// Further programs wait for one of these to end.
    static constexpr std::size_t most_at_once = 16;

    /// Called on a thread of the runner. Must not throw.
    using end_handler = std::function<void(const platform::child_end& end)>;

    program_runner() = default;
    /// Kills the programs that run, and forgets those that wait.
    ~program_runner();
    program_runner(const program_runner&) = delete;
    program_runner& operator=(const program_runner&) = delete;

    /// Runs `program` soon, and calls `ended`; on this thread if the system has no thread for it.
    /// Not after the runner has begun to be destroyed.
    void run(platform::child_program program, end_handler ended);

private:
    struct job {
        platform::child_program program;
        end_handler ended;
    };

    void serve();
    platform::child_end outcome_of(const platform::child_program& program);
    bool add_thread();

    std::atomic<bool> goes_on_{true};
    std::mutex mutex_; // guards the members below
    std::condition_variable changed_;
    std::deque<job> waiting_;
    std::size_t idle_ = 0;
    std::vector<std::thread> threads_;
};

} // namespace plug
