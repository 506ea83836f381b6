// Counts what keeps the engine alive, and says when the last of it has gone.
#pragma once

#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace plug {

/// The listeners and sessions of all workers. Thread-safe.
class census {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `most_sessions` = how many sessions the descriptors of the process suffice for.
    explicit census(std::uint64_t most_sessions) : most_sessions_(most_sessions) {}

    /// Set before the first thread runs. `listeners_closed` comes once, before `ended`.
    void on_listeners_closed(std::function<void()> callback) { closed_ = std::move(callback); }
    void on_ended(std::function<void()> callback) { ended_ = std::move(callback); }

    /// Whether one session more may begin. Not exact by the number of listeners.
    [[nodiscard]] bool has_room() const noexcept {
        return sessions_.load(std::memory_order_relaxed) < most_sessions_;
    }

    /// A session found the system out of descriptors, memory or ports at `now`.
    void note_shortage(const boost::system::error_code& lacking, time_point now) noexcept {
        lacking_.store(lacking.value(), std::memory_order_relaxed);
        short_since_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// What the system lacked within the last `patience` before `now`; unset = nothing.
    [[nodiscard]] boost::system::error_code shortage(time_point now,
                                                     std::chrono::milliseconds patience) const {
        const time_point noted{time_point::duration(short_since_.load(std::memory_order_relaxed))};
        const int lacking = lacking_.load(std::memory_order_relaxed);
        return lacking != 0 && now - noted < patience
                   ? boost::system::error_code(lacking, boost::system::system_category())
                   : boost::system::error_code{};
    }

    [[nodiscard]] std::uint64_t sessions() const noexcept { return sessions_.load(); }

    void listener_begins() noexcept { listeners_.fetch_add(1); }
    void session_begins() noexcept { sessions_.fetch_add(1); }

    void session_ends() {
        if (sessions_.fetch_sub(1) == 1) {
            end_if_empty();
        }
    }

    void listener_ends() {
        if (listeners_.fetch_sub(1) == 1) {
            closed_();
            all_closed_.store(true);
            end_if_empty();
        }
    }

private:
    void end_if_empty() {
        if (all_closed_.load() && sessions_.load() == 0 && !told_end_.exchange(true)) {
            ended_();
        }
    }

    const std::uint64_t most_sessions_;
    std::atomic<std::uint64_t> sessions_{0};
    std::atomic<std::uint64_t> listeners_{0};
    std::atomic<int> lacking_{0};
    std::atomic<time_point::duration::rep> short_since_{0};
    std::atomic<bool> all_closed_{false};
    std::atomic<bool> told_end_{false};
    std::function<void()> closed_;
    std::function<void()> ended_;
};

} // namespace plug
