// How long connects to the targets of a pool take: what random_two weighs by where it is told to.
#pragma once

#include "core/balance/moving_average.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plug {

/// A moving average for each target, and one over all of them. Not thread-safe; the pool guards it.
class connect_times {
public:
    using time_point = moving_average::time_point;
    using duration = moving_average::duration;

    explicit connect_times(std::size_t targets);

    /// A connect to `target` that succeeded at `now` has taken so long.
    void add(std::uint32_t target, duration took, time_point now) noexcept;

    /// The average of `target` at `now`, which fades as long as nobody is sent there, so that one
    /// that was slow gets another chance. One that was never connected to has that of all together:
    /// nobody knows that it is fast.
    [[nodiscard]] std::chrono::microseconds of(std::uint32_t target, time_point now) const noexcept;

    /// Goes on with what `before` knows: its target number n is now `now_called[n]`, where it still
    /// is one, and in the same place.
    void take_over(const connect_times& before,
                   std::span<const std::optional<std::uint32_t>> now_called);

private:
    std::vector<std::optional<moving_average>> each_; // unset = never connected to
    moving_average all_;
};

} // namespace plug
