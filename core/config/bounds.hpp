// From what to what a value may go. Bounds stand beside the field that they are about.
#pragma once

namespace plug {

template <typename Value> struct bounds {
    Value least;
    Value most;

    [[nodiscard]] constexpr bool hold(const Value& value) const noexcept {
        return value >= least && value <= most;
    }
};

} // namespace plug
