// The deadlines of one worker: one timer for all of them. Allocates only when it is made.
#pragma once

#include "platform/transport/handler_memory.hpp"
#include "platform/transport/transport.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/set.hpp>

#include <memory>

namespace plug::platform {

class deadline_list;
using deadline_hook = boost::intrusive::set_base_hook<>;

/// Something that waits until a deadline at most; leaves the list when it is destroyed.
class deadline_entry : public deadline_hook {
public:
    using callback = void (*)(void* waiter);

    /// Calls `come(waiter)` once, from the worker's loop, when `deadline` has come; never = not at
    /// all. Or `abandoned(waiter)`, where the list goes before.
    deadline_entry(deadline_list& list, clock::time_point deadline, callback come, void* waiter,
                   callback abandoned = nullptr) noexcept;
    ~deadline_entry();
    deadline_entry(const deadline_entry&) = delete;
    deadline_entry& operator=(const deadline_entry&) = delete;

    /// Whether the deadline has come.
    [[nodiscard]] bool has_come() const noexcept { return come_; }

private:
    friend class deadline_list;
    struct earlier {
        bool operator()(const deadline_entry& one, const deadline_entry& other) const noexcept {
            return one.deadline_ < other.deadline_;
        }
    };

    deadline_list& list_;
    const clock::time_point deadline_;
    callback tell_;
    callback abandoned_;
    void* waiter_;
    bool come_ = false;
};

/// Tells those that wait when their time has come. Belongs to one worker.
class deadline_list {
public:
    explicit deadline_list(asio::io_context& context);
    ~deadline_list();
    deadline_list(const deadline_list&) = delete;
    deadline_list& operator=(const deadline_list&) = delete;

private:
    friend class deadline_entry;
    using order = boost::intrusive::multiset<deadline_entry,
                                             boost::intrusive::compare<deadline_entry::earlier>>;

    void arm();
    void wait();
    void rearm();
    void sweep(clock::time_point armed_for);

    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer_;
    order waiting_;
    /// The timer is left running when its entry has gone: the sweep then finds nothing to do, and
    /// no system call was spent on setting it back.
    clock::time_point armed_for_ = never;
    clock::time_point armed_at_{};
    bool is_waiting_ = false;
    /// Of the one wait at a time. Its handler may outlive this list, until the io_context goes.
    std::shared_ptr<handler_memory> memory_ = std::make_shared<handler_memory>();
};

} // namespace plug::platform
