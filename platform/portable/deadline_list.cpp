#include "platform/portable/deadline_list.hpp"

#include <algorithm>
#include <utility>

namespace plug::platform {

namespace {

/// Deadlines that lie so close together are served together.
constexpr std::chrono::milliseconds resolution{10};

} // namespace

deadline_entry::deadline_entry(deadline_list& list, clock::time_point deadline, callback come,
                               void* waiter)
    : list_(list), tell_(come), waiter_(waiter) {
    if (deadline == never) {
        return;
    }
    place_ = list_.waiting_.emplace(deadline, this);
    listed_ = true;
    if (deadline < list_.armed_for_) {
        list_.arm();
    }
}

deadline_entry::~deadline_entry() {
    if (listed_) {
        list_.waiting_.erase(place_);
    }
}

/// Coroutines that a worker left in the middle go with its io_context, after this list.
deadline_list::~deadline_list() {
    for (const auto& [deadline, entry] : waiting_)
        entry->listed_ = false;
}

void deadline_list::arm() {
    armed_for_ = waiting_.begin()->first;
    timer_.expires_at(armed_for_); // cancels the earlier wait
    timer_.async_wait([this](const error_code& error) {
        if (!error) {
            sweep();
        }
    });
}

/// The timer takes its place among what the system has ready when its time comes, so what happened
/// before comes before. That does not hold for deadlines that came later, while the process was
/// stopped: the timer is armed for them, and takes its place behind what happened meanwhile.
void deadline_list::sweep() {
    const auto now = std::min(clock::now(), std::exchange(armed_for_, never) + resolution);
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        deadline_entry& due = *waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        due.listed_ = false;
        due.come_ = true;
        due.tell_(due.waiter_);
    }
    if (!waiting_.empty() && armed_for_ == never) {
        arm();
    }
}

} // namespace plug::platform
