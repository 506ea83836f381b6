// Targets that have come back get their weight little by little.
#pragma once

#include "core/picking/indexed_heap.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace plug {

/// Which targets of a pool are in slow start, and which share of their weight they have. Pure: the
/// clock is an argument. Not thread-safe; the pool guards it. begin, end and each step of advance
/// are O(log n); advance costs nothing else, so a pool where no target is in slow start pays
/// nothing.
///
/// The share begins at lowest_share percent and grows with time, by one percent a step, to the
/// whole at the end of the duration. The time of a target runs from the first advance() after its
/// begin: from the next pick, as only with clients it has anything to get used to.
class slow_start {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::uint32_t lowest_share = 10; ///< percent
    static constexpr std::uint32_t whole_share = 100;

    /// `duration` is from 1 ms to 1 day.
    slow_start(std::uint32_t targets, std::chrono::milliseconds duration);

    /// `target` has come back: it has lowest_share from now on, wherever it stood before.
    void begin(std::uint32_t target);

    /// `target` is in slow start no longer.
    void end(std::uint32_t target) noexcept;

    /// Tells `tell(target, share)` of each share that is another at `now`.
    template <typename Tell> void advance(time_point now, const Tell& tell) {
        begin_those_that_wait(now);
        while (!steps_.empty() && steps_.top().when <= now) {
            const auto target = steps_.top().slot;
            step(target, now);
            tell(target, shares_[target]);
        }
    }

    /// Percent, as of the last advance().
    [[nodiscard]] std::uint32_t share(std::uint32_t target) const noexcept {
        return shares_[target];
    }

    /// Goes on where `before` stands: its target number n is now `now_called[n]`, where it still is
    /// one, and in the same place. Only at the beginning; the shares are those of the next
    /// advance(), and until then as in `before`.
    void take_over(const slow_start& before,
                   std::span<const std::optional<std::uint32_t>> now_called);

private:
    /// When the share of a target is the next higher one.
    struct next_step {
        time_point when;
        std::uint32_t slot;
        [[nodiscard]] bool before(const next_step& other) const noexcept {
            return when != other.when ? when < other.when : slot < other.slot;
        }
    };

    void begin_those_that_wait(time_point now);
    void wait_for_pick(std::uint32_t target);
    void step(std::uint32_t target, time_point now);
    void put_step(std::uint32_t target);

    std::chrono::nanoseconds duration_;
    std::vector<std::uint32_t> shares_;
    std::vector<time_point> since_; // of those that have a step to come
    indexed_heap<next_step> steps_;
    std::vector<std::uint32_t> waiting_; // their time does not run yet; some may have ended
    std::vector<bool> is_waiting_;       // whether they stand there
};

} // namespace plug
