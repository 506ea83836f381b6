#include "core/balance/slow_start.hpp"

#include <algorithm>
#include <cassert>

namespace plug {

namespace {

constexpr std::uint32_t steps = slow_start::whole_share - slow_start::lowest_share;

} // namespace

slow_start::slow_start(std::uint32_t targets, std::chrono::milliseconds duration)
    : duration_(duration), shares_(targets, whole_share), since_(targets), steps_(targets),
      is_waiting_(targets) {
    // So that steps * duration_ is below 2^63.
    assert(duration > duration.zero() && duration <= std::chrono::hours(24));
    waiting_.reserve(targets); // it must not need memory later
}

void slow_start::begin(std::uint32_t target) {
    end(target);
    shares_[target] = lowest_share;
    wait_for_pick(target);
}

void slow_start::wait_for_pick(std::uint32_t target) {
    if (!is_waiting_[target]) {
        is_waiting_[target] = true;
        waiting_.push_back(target);
    }
}

void slow_start::end(std::uint32_t target) noexcept {
    shares_[target] = whole_share;
    steps_.erase(target);
}

void slow_start::take_over(const slow_start& before,
                           std::span<const std::optional<std::uint32_t>> now_called) {
    for (std::uint32_t number = 0; number < before.shares_.size(); ++number) {
        const auto target = now_called[number];
        if (!target || before.shares_[number] == whole_share) {
            continue;
        }
        shares_[*target] = before.shares_[number];
        if (before.steps_.contains(number)) {
            since_[*target] = before.since_[number];
            // The duration may be another: the next advance() is to see what that makes of it.
            steps_.put({since_[*target], *target});
        } else {
            wait_for_pick(*target);
        }
    }
}

void slow_start::begin_those_that_wait(time_point now) {
    for (const auto target : waiting_) {
        is_waiting_[target] = false;
        if (shares_[target] != whole_share) { // it may have ended meanwhile
            since_[target] = now;
            put_step(target);
        }
    }
    waiting_.clear();
}

/// Brings the share up to `now`, and looks forward to the next one.
void slow_start::step(std::uint32_t target, time_point now) {
    const auto passed = std::clamp(std::chrono::nanoseconds(now - since_[target]),
                                   std::chrono::nanoseconds(0), duration_);
    shares_[target] =
        lowest_share + static_cast<std::uint32_t>(steps * passed.count() / duration_.count());
    if (shares_[target] == whole_share) {
        steps_.erase(target);
    } else {
        put_step(target);
    }
}

void slow_start::put_step(std::uint32_t target) {
    const auto taken = shares_[target] - lowest_share + 1;
    const auto wait = (duration_.count() * taken + steps - 1) / steps; // rounded up
    steps_.put({since_[target] + std::chrono::nanoseconds(wait), target});
}

} // namespace plug
