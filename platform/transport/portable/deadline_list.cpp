#include "platform/transport/portable/deadline_list.hpp"

#include <algorithm>
#include <utility>

namespace plug::platform {

namespace {

/// Deadlines that lie so close together are served together.
constexpr std::chrono::milliseconds resolution{10};

} // namespace

deadline_entry::deadline_entry(deadline_list& list, clock::time_point deadline, callback come,
                               void* waiter, callback abandoned) noexcept
    : list_(list), deadline_(deadline), tell_(come), abandoned_(abandoned), waiter_(waiter) {
    if (deadline == never) {
        return;
    }
    list_.waiting_.insert(*this);
    if (deadline < list_.armed_for_) {
        list_.arm();
    }
}

deadline_entry::~deadline_entry() {
    if (is_linked()) {
        list_.waiting_.erase(list_.waiting_.iterator_to(*this));
    }
}

/// Asio's own list of timers takes its memory with the first wait.
deadline_list::deadline_list(asio::io_context& context) : timer_(context.get_executor(), never) {
    wait();
}

/// Coroutines that a worker left in the middle go with its io_context, after this list.
deadline_list::~deadline_list() {
    while (!waiting_.empty()) {
        auto& left = *waiting_.begin();
        waiting_.erase(waiting_.begin());
        if (left.abandoned_ != nullptr) {
            left.abandoned_(left.waiter_);
        }
    }
}

void deadline_list::arm() {
    armed_for_ = waiting_.begin()->deadline_;
    if (is_waiting_) {
        timer_.cancel(); // its handler goes on
    } else {
        armed_at_ = clock::now();
        timer_.expires_at(armed_for_);
        wait();
    }
}

void deadline_list::wait() {
    is_waiting_ = true;
    timer_.async_wait(with_memory(*memory_, [this, kept = memory_](const error_code& error) {
        is_waiting_ = false;
        const auto armed_for = std::exchange(armed_for_, never);
        try {
            if (!error) { // otherwise it is only to be armed anew
                sweep(armed_for);
            }
        } catch (...) { // the others have their turn later
            rearm();
            throw;
        }
        rearm();
    }));
}

/// The timer takes its place among what the system has ready when its time comes, so what happened
/// before comes before. That does not hold for deadlines that came later, while the process was
/// stopped: the timer is armed for them, and takes its place behind what happened meanwhile, that
/// is, behind all that had happened when it was armed.
void deadline_list::sweep(clock::time_point armed_for) {
    const auto behind = armed_for == never ? never : std::max(armed_for, armed_at_) + resolution;
    const auto now = std::min(clock::now(), behind);
    while (!waiting_.empty() && waiting_.begin()->deadline_ <= now) {
        deadline_entry& due = *waiting_.begin();
        waiting_.erase(waiting_.begin());
        due.come_ = true;
        due.tell_(due.waiter_);
    }
}

void deadline_list::rearm() {
    if (!waiting_.empty() && armed_for_ == never) {
        arm();
    }
}

} // namespace plug::platform
