// Counts what keeps the engine alive, and says when the last of it has gone.
#pragma once

#include "core/plug/shortage.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

namespace plug {

/// The listeners and sessions of all workers. Thread-safe.
class census {
public:
    /// `most_sessions` = how many sessions the descriptors of the process suffice for.
    explicit census(std::uint64_t most_sessions) : most_sessions_(most_sessions) {}

    /// Set before the first thread runs. `listeners_closed` comes once, before `ended`.
    void on_listeners_closed(std::function<void()> callback) { closed_ = std::move(callback); }
    void on_ended(std::function<void()> callback) { ended_ = std::move(callback); }

    /// Whether one session more may begin. Not exact by the number of listeners.
    [[nodiscard]] bool has_room() const noexcept {
        return sessions_.load(std::memory_order_relaxed) < most_sessions_;
    }

    /// Of descriptors or memory, in the whole process.
    [[nodiscard]] shortage& of_system() noexcept { return of_system_; }

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
    shortage of_system_;
    std::atomic<bool> all_closed_{false};
    std::atomic<bool> told_end_{false};
    std::function<void()> closed_;
    std::function<void()> ended_;
};

} // namespace plug
