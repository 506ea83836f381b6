// What connects and checks have taught about one target: may it be picked, and what do the logs say
// of it.
#pragma once

#include <chrono>
#include <optional>

namespace plug {

/// Health of one target. Pure: the clock is an argument; the pool guards it.
///
/// Three things are kept apart. Being available is what connects have taught, and decides about
/// picks. Being down by its check keeps it from being picked whatever connects have taught. Being
/// announced as down decides about log lines: when all targets are down they all become available
/// again for a new try, but that is no news until one of them answers.
///
/// After a failed connect a target that has a check is available again when `rise` probes in a row
/// have passed since, and where the plug has a retry time, when that is over: whichever comes
/// first. A check may be slow on purpose, and an operator who sets a retry time means it.
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

    /// Whether its check calls it down.
    [[nodiscard]] bool checked_down() const noexcept { return checked_down_; }

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
        passes_ = 0;
        return announce_down();
    }

    /// A connect succeeded. True = that is news: it was announced as down, and no check calls it so
    /// still.
    bool succeeded() noexcept {
        available_ = true;
        const bool news = announced_down_ && !checked_down_;
        announced_down_ = checked_down_;
        return news;
    }

    /// Its check calls it down. True = that is news, as in failed().
    bool check_fell() noexcept {
        checked_down_ = true;
        passes_ = 0;
        return announce_down();
    }

    /// Its check calls it up again, or for the first time; a failed connect before that is
    /// forgotten. True = that is news, as in succeeded().
    bool check_rose() noexcept {
        checked_down_ = false;
        return succeeded();
    }

    /// A probe passed, and its check calls it up already. Where that is number `rise` in a row
    /// since a connect failed, it is available. True = that is news, as in succeeded().
    bool probe_passed(unsigned rise) noexcept {
        return (!available_ || announced_down_) && ++passes_ >= rise && succeeded();
    }

    void probe_failed() noexcept { passes_ = 0; }

    /// Every target is down: this one may be picked again, and nobody is told.
    void give_another_chance() noexcept { available_ = true; }

private:
    bool announce_down() noexcept {
        const bool news = !announced_down_;
        announced_down_ = true;
        return news;
    }

    bool available_ = true;
    bool checked_down_ = false;
    bool announced_down_ = false;
    unsigned passes_ = 0; // since a connect failed
    time_point tried_at_{};
};

} // namespace plug
