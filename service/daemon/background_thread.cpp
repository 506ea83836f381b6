#include "service/daemon/background_thread.hpp"

#include "platform/thread_name.hpp"

#include <exception>
#include <utility>

namespace plug {

void background_thread::run(job act) {
    if (!hand_over(act)) {
        act();
    }
}

/// False = there is no thread, or no memory for its list; `act` is as it was.
bool background_thread::hand_over(job& act) {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        return false;
    }
    try {
        if (!thread_.joinable()) {
            thread_ = std::thread([this] { work(); });
        }
        jobs_.push_back(std::move(act));
    } catch (const std::exception&) {
        return false;
    }
    changed_.notify_all();
    return true;
}

void background_thread::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

void background_thread::work() {
    platform::name_this_thread("plug-reload");
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) {
            return;
        }
        const auto act = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        try {
            act();
        } catch (const std::exception&) { // out of memory
        }
        lock.lock();
    }
}

} // namespace plug
