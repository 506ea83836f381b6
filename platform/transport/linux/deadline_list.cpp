#include "platform/transport/linux/deadline_list.hpp"

namespace plug::platform {

void deadline_list::set(scheduled& waiting, clock::time_point deadline) {
    waiting.deadline_hook::unlink();
    waiting.deadline_ = deadline;
    if (deadline != never)
        entries_.insert(waiting);
}

clock::time_point deadline_list::earliest() const noexcept {
    return entries_.empty() ? never : entries_.begin()->deadline();
}

scheduled* deadline_list::take_due(clock::time_point now) {
    if (earliest() > now)
        return nullptr;
    scheduled& due = *entries_.begin();
    due.deadline_hook::unlink();
    return &due;
}

} // namespace plug::platform
