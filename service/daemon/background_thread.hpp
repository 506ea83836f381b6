// A thread that does what takes its time, one piece after the other, while whoever asked for it
// goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace plug {

/// The thread is started by the first run().
class background_thread {
public:
    using job = std::function<void()>;

    background_thread() = default;
    /// Does what is left.
    ~background_thread() { stop(); }
    background_thread(const background_thread&) = delete;
    background_thread& operator=(const background_thread&) = delete;

    /// Does `act` on the thread, where what it throws is lost; where none can be started, where
    /// memory is short, and after stop(), within this call. Any thread.
    void run(job act);

    /// Does what is left, and ends the thread.
    void stop() noexcept;

private:
    bool hand_over(job& act);
    void work();

    std::mutex mutex_; // guards the members below
    std::condition_variable changed_;
    std::deque<job> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace plug
