#include "core/balance/moving_average.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace plug {

namespace {

moving_average::duration rounded(double ticks) noexcept {
    return moving_average::duration(std::llround(ticks));
}

} // namespace

moving_average::moving_average(duration half_life) noexcept
    : half_life_(static_cast<double>(half_life.count())) {
    assert(half_life > duration::zero());
}

void moving_average::add(duration sample, time_point now) noexcept {
    const double kept = any_ ? kept_until(now) : 0;
    average_ = average_ * kept + static_cast<double>(sample.count()) * (1 - kept);
    last_ = any_ ? std::max(last_, now) : now;
    any_ = true;
}

moving_average::duration moving_average::value() const noexcept { return rounded(average_); }

moving_average::duration moving_average::faded(time_point now) const noexcept {
    return rounded(average_ * kept_until(now));
}

/// exp(-dt / tau), which is 2^(-dt / half-life).
double moving_average::kept_until(time_point now) const noexcept {
    const auto passed = std::max(duration::zero(), now - last_);
    return std::exp2(-static_cast<double>(passed.count()) / half_life_);
}

} // namespace plug
