// Decides by the results of probes whether a target is up, and says when to probe again.
#pragma once

#include "core/config/check_config.hpp"

#include <chrono>

namespace plug {

/// Whether a target is up, by its probes. Pure; whoever holds it guards it.
///
/// Before the first probe the state is assumed, and an assumption weighs nothing beside evidence:
/// the first outcome decides alone. So a target that is dead when the plug starts gets clients for
/// one probe and not for `fall` of them, and one that was assumed down but answers is not held
/// back. From then on `rise` or `fall` outcomes in a row are needed against the state.
class rise_fall {
public:
    /// `rise` and `fall` are at least 1. Up is assumed, so that nothing waits for the first probe.
    rise_fall(unsigned rise, unsigned fall, bool assumed_up = true) noexcept
        : rise_(rise), fall_(fall), up_(assumed_up) {}

    [[nodiscard]] bool up() const noexcept { return up_; }

    /// Whether there was a probe at all.
    [[nodiscard]] bool probed() const noexcept { return probed_; }

    /// How many outcomes in a row spoke against the state.
    [[nodiscard]] unsigned contrary() const noexcept { return contrary_; }

    /// A probe passed. True = the target is up now and was down, or assumed down, before: news.
    bool passed() noexcept { return take(true, rise_); }

    /// A probe failed. True = the target is down now and was up, or assumed up, before: news.
    bool failed() noexcept { return take(false, fall_); }

private:
    bool take(bool is_up, unsigned needed) noexcept {
        const bool decides_alone = !probed_;
        probed_ = true;
        if (is_up == up_) {
            contrary_ = 0;
            return false;
        }
        if (++contrary_ < needed && !decides_alone) {
            return false;
        }
        contrary_ = 0;
        up_ = is_up;
        return true;
    }

    unsigned rise_;
    unsigned fall_;
    bool up_;
    bool probed_ = false;
    unsigned contrary_ = 0;
};

/// The time from the start to the first probe: somewhere within one interval, so that ten
/// thousand targets are not probed at once. `random` is in [0, 1).
[[nodiscard]] inline std::chrono::microseconds until_first_probe(const check_config& check,
                                                                 double random) noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(check.interval * random);
}

/// The time from the start of a probe to the start of the next one: the interval, up to `jitter`
/// of it earlier or later, the interval itself on average. `random` is in [0, 1).
[[nodiscard]] inline std::chrono::microseconds until_next_probe(const check_config& check,
                                                                double random) noexcept {
    const double part = 1.0 + check.jitter * (2.0 * random - 1.0);
    return std::chrono::duration_cast<std::chrono::microseconds>(check.interval * part);
}

} // namespace plug
