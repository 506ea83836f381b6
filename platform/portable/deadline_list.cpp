#include "platform/portable/deadline_list.hpp"

namespace plug::platform {

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

void deadline_list::sweep() {
    armed_for_ = never;
    const auto now = clock::now();
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
