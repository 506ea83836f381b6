// A moving average of durations that are measured at irregular intervals.
#pragma once

#include <chrono>

namespace plug {

/// Exponentially weighted by time, not by number of samples: what was measured one half-life ago
/// counts half. Pure: the clock is an argument, and an earlier time than before counts as the same.
/// Not thread-safe. O(1).
///
/// A sample that comes dt after the one before replaces 1 - exp(-dt / tau) of the average, where
/// tau = half-life / ln 2 (A. Eckner, Algorithms for unevenly spaced time series, 2012). So many
/// samples in one moment count no more than one.
class moving_average {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /// `half_life` is more than 0.
    explicit moving_average(duration half_life) noexcept;

    /// The first sample is the average at once.
    void add(duration sample, time_point now) noexcept;

    /// The average as it was after the last sample; 0 before the first.
    [[nodiscard]] duration value() const noexcept;

    /// The average with a sample of 0 now, without adding it: half as much after a half-life
    /// without samples. So a target that was slow once gets asked again.
    [[nodiscard]] duration faded(time_point now) const noexcept;

private:
    [[nodiscard]] double kept_until(time_point now) const noexcept;

    double half_life_;
    double average_ = 0; // in ticks of the clock
    time_point last_;
    bool any_ = false;
};

} // namespace plug
