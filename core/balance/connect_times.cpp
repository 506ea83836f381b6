#include "core/balance/connect_times.hpp"

namespace plug {

namespace {

/// Long enough for a few connects to each of many targets, and short enough to see one that gets
/// slow before people do.
constexpr std::chrono::seconds half_life{10};

} // namespace

connect_times::connect_times(std::size_t targets) : each_(targets), all_(half_life) {}

void connect_times::add(std::uint32_t target, duration took, time_point now) noexcept {
    auto& average = each_[target];
    if (!average) {
        average.emplace(half_life);
    }
    average->add(took, now);
    all_.add(took, now);
}

std::chrono::microseconds connect_times::of(std::uint32_t target, time_point now) const noexcept {
    const auto& average = each_[target] ? *each_[target] : all_;
    return std::chrono::duration_cast<std::chrono::microseconds>(average.faded(now));
}

void connect_times::take_over(const connect_times& before,
                              std::span<const std::optional<std::uint32_t>> now_called) {
    for (std::uint32_t number = 0; number < before.each_.size(); ++number) {
        if (const auto target = now_called[number]) {
            each_[*target] = before.each_[number];
        }
    }
    all_ = before.all_;
}

} // namespace plug
