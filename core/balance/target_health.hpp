// What connects have taught about one target: may it be picked, and what do the logs say of it.
#pragma once

#include <chrono>
#include <optional>

namespace plug {

/// Passive health of one target. Pure: the clock is an argument; the pool guards it.
///
/// Two things are kept apart. Being available decides about picks. Being announced as down decides
/// about log lines: when all targets are down they all become available again for a new try, but
/// that is no news until one of them answers.
class target_health {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    [[nodiscard]] bool available() const noexcept { return available_; }

    /// Whether the logs call it down.
    [[nodiscard]] bool announced_down() const noexcept { return announced_down_; }

    /// Whether it may be picked at `now`: available, or down for long enough to be tried again.
    [[nodiscard]] bool eligible(time_point now, std::optional<duration> retry) const noexcept {
        return available_ || (retry && now - tried_at_ >= *retry);
    }

    /// When it was tried last, or failed.
    [[nodiscard]] time_point tried_at() const noexcept { return tried_at_; }

    /// It is about to be tried. While it is down, that holds the next try back for another period,
    /// so that one client at a time pays for the attempt.
    void begin_attempt(time_point now) noexcept {
        if (!available_) {
            tried_at_ = now;
        }
    }

    /// A connect failed. True = that is news: it was not announced as down.
    bool failed(time_point now) noexcept {
        available_ = false;
        tried_at_ = now;
        const bool news = !announced_down_;
        announced_down_ = true;
        return news;
    }

    /// A connect succeeded. True = that is news: it was announced as down.
    bool succeeded() noexcept {
        available_ = true;
        const bool news = announced_down_;
        announced_down_ = false;
        return news;
    }

    /// Every target is down: this one may be picked again, and nobody is told.
    void give_another_chance() noexcept { available_ = true; }

private:
    bool available_ = true;
    bool announced_down_ = false;
    time_point tried_at_{};
};

} // namespace plug
