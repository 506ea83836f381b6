// The deadlines of one worker: one timer for all of them.
#pragma once

#include "platform/transport.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <map>

namespace plug::platform {

class deadline_entry;

/// Tells those that wait when their time has come. Belongs to one worker.
class deadline_list {
public:
    explicit deadline_list(asio::io_context& context) : timer_(context.get_executor()) {}
    ~deadline_list();
    deadline_list(const deadline_list&) = delete;
    deadline_list& operator=(const deadline_list&) = delete;

private:
    friend class deadline_entry;
    using order = std::multimap<clock::time_point, deadline_entry*>;

    void arm();
    void sweep();

    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer_;
    order waiting_;
    /// The timer is left running when its entry has gone: the sweep then finds nothing to do, and
    /// no system call was spent on setting it back.
    clock::time_point armed_for_ = never;
};

/// Something that waits until a deadline at most; leaves the list when it is destroyed.
class deadline_entry {
public:
    using callback = void (*)(void* waiter);

    /// Calls `come(waiter)` once, from the worker's loop, when `deadline` has come; never = not at
    /// all.
    deadline_entry(deadline_list& list, clock::time_point deadline, callback come, void* waiter);
    ~deadline_entry();
    deadline_entry(const deadline_entry&) = delete;
    deadline_entry& operator=(const deadline_entry&) = delete;

    /// Whether the deadline has come.
    [[nodiscard]] bool has_come() const noexcept { return come_; }

private:
    friend class deadline_list;
    deadline_list& list_;
    callback tell_;
    void* waiter_;
    bool come_ = false;
    bool listed_ = false;
    deadline_list::order::iterator place_;
};

} // namespace plug::platform
