// The deadlines of one worker, in order of time.
#pragma once

#include "platform/transport/linux/scheduled.hpp"

namespace plug::platform {

class deadline_list {
public:
    /// Sets or moves the deadline of `waiting`; never = none.
    void set(scheduled& waiting, clock::time_point deadline);

    /// The earliest deadline; never where there is none.
    [[nodiscard]] clock::time_point earliest() const noexcept;

    /// Takes off one whose deadline is not after `now`; null where there is none.
    scheduled* take_due(clock::time_point now);

private:
    struct earlier {
        bool operator()(const scheduled& left, const scheduled& right) const noexcept {
            return left.deadline() < right.deadline();
        }
    };
    boost::intrusive::multiset<scheduled, boost::intrusive::compare<earlier>,
                               boost::intrusive::constant_time_size<false>>
        entries_;
};

} // namespace plug::platform
