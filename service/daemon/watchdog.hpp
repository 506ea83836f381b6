// Asks again and again whether the process is alive.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace plug {

/// Has a thread of its own, which does nothing but ask.
class watchdog {
public:
    /// Calls `ask` twice within each `interval` until this is destroyed, on a thread of its own.
    watchdog(std::chrono::microseconds interval, std::function<void()> ask);
    ~watchdog();
    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

private:
    void run(std::chrono::microseconds pause);

    std::function<void()> ask_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace plug
