#include "service/daemon/watchdog.hpp"

#include "platform/thread_name.hpp"

#include <utility>

namespace plug {

watchdog::watchdog(std::chrono::microseconds interval, std::function<void()> ask)
    : ask_(std::move(ask)), thread_([this, interval] {
          platform::name_this_thread("plug-watchdog");
          run(interval / 2);
      }) {}

watchdog::~watchdog() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

void watchdog::run(std::chrono::microseconds pause) {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, pause, [this] { return ending_; })) {
        ask_();
    }
}

} // namespace plug
