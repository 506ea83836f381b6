#include "platform/linux/event_loop.hpp"

#include "platform/linux/system_error.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <sys/epoll.h>

#include <array>

namespace plug::platform {

namespace {

/// Rounds of harvesting before other work of the io_context gets its turn.
constexpr int rounds_per_wake = 16;
constexpr int polls_per_spin_round = 16;

int new_epoll_set() {
    const int made = ::epoll_create1(EPOLL_CLOEXEC);
    if (made < 0)
        throw boost::system::system_error(last_error(), "epoll_create1");
    return made;
}

} // namespace

/// While one lives, callbacks run: what they make ready is served by the loop that called them, and
/// what they close is freed after them.
class event_loop::serving {
public:
    explicit serving(event_loop& loop) noexcept : loop_(loop) {
        loop_.serving_ = true;
        loop_.harvested_at_ = clock::now();
    }
    serving(const serving&) = delete;
    serving& operator=(const serving&) = delete;
    ~serving() {
        loop_.serving_ = false;
        loop_.free_retired();
    }

private:
    event_loop& loop_;
};

event_loop::event_loop(asio::io_context& context, std::chrono::microseconds spin)
    : context_(context), spin_(spin), set_(context.get_executor(), new_epoll_set()),
      timer_(context.get_executor()) {}

event_loop::~event_loop() {
    *alive_ = false;
    for (scheduled_list* const list : {&waiting_, &ready_}) {
        while (!list->empty()) {
            scheduled& left = list->front();
            list->pop_front();
            left.deadline_hook::unlink();
            left.on_abandoned();
        }
    }
    free_retired();
    for (watched& left : watched_)
        left.loop = nullptr;
    watched_.clear();
}

error_code event_loop::watch(watched& added) {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    wanted.data.ptr = &added;
    if (::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, added.socket.get(), &wanted) != 0) {
        return last_error();
    }
    added.loop = this;
    watched_.push_back(added);
    return {};
}

void event_loop::retire(watched* ended) noexcept {
    ended->socket.close();
    if (ended->loop == nullptr || !ended->loop->serving_) {
        delete ended;
        return;
    }
    ended->queue_hook::unlink();
    ended->loop->retired_.push_back(*ended);
}

void event_loop::free_retired() noexcept {
    retired_.clear_and_dispose([](watched* ended) { delete ended; });
}

void event_loop::suspend(scheduled& waiting, clock::time_point deadline) {
    waiting_.push_back(waiting);
    deadlines_.set(waiting, deadline);
    if (!serving_)
        settle();
}

void event_loop::release(scheduled& waiting) noexcept {
    waiting.queue_hook::unlink();
    waiting.deadline_hook::unlink();
}

void event_loop::make_ready(scheduled& waiting) noexcept {
    waiting.queue_hook::unlink();
    ready_.push_back(waiting);
    if (!serving_)
        settle();
}

void event_loop::set_deadline(scheduled& waiting, clock::time_point deadline) {
    deadlines_.set(waiting, deadline);
    if (!serving_)
        settle();
}

void event_loop::wake() {
    {
        const serving now_serving{*this};
        for (int round = 0; round < rounds_per_wake; ++round) {
            const bool more = harvest();
            serve_ready();
            if (!more && ready_.empty())
                break;
        }
    }
    if (spin_.count() > 0 && keep_spinning())
        return call_again();
    settle();
}

/// Tells everybody what happened; true where there may be more.
bool event_loop::harvest() {
    std::array<epoll_event, batch_size> events;
    const int count = ::epoll_wait(set_.native_handle(), events.data(), batch_size, 0);
    for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        auto* const told = static_cast<watched*>(event.data.ptr);
        if (told->socket)
            told->on_events(event.events);
    }
    if (count > 0)
        had_events_ = true;
    return count == batch_size;
}

/// One turn for each that is ready now; what becomes ready meanwhile waits for the next round.
void event_loop::serve_ready() {
    scheduled_list turns;
    turns.swap(ready_);
    while (!turns.empty()) {
        scheduled& first = turns.front();
        turns.pop_front();
        waiting_.push_back(first);
        first.on_turn();
    }
}

/// Polls for a moment; true where the worker should go on polling and not sleep yet. The time
/// counts from when the last event had been served.
bool event_loop::keep_spinning() {
    if (watched_.empty())
        return false;
    for (int poll = 0; poll < polls_per_spin_round; ++poll) {
        if (std::exchange(had_events_, false))
            spin_until_ = clock::now() + spin_;
        const serving now_serving{*this};
        if (harvested_at_ >= spin_until_)
            return false;
        harvest();
        serve_ready();
    }
    return true;
}

void event_loop::wake_for_deadlines() {
    {
        const serving now_serving{*this};
        while (scheduled* const due = deadlines_.take_due(harvested_at_))
            due->on_deadline();
    }
    settle();
}

/// Sees to it that the loop is called when there is something to do, and only then.
void event_loop::settle() {
    if (waiting_.empty() && ready_.empty())
        return disarm();
    if (!ready_.empty())
        call_again();
    if (!armed_ && !called_again_)
        arm();
    if (deadlines_.earliest() < timer_at_)
        arm_timer();
}

void event_loop::arm() {
    armed_ = true;
    set_.async_wait(asio::posix::descriptor_base::wait_read,
                    [this, alive = alive_](const error_code& error) {
                        if (error || !*alive)
                            return;
                        armed_ = false;
                        wake();
                    });
}

/// One timer serves all deadlines. It is moved only to an earlier time: most deadlines are lifted
/// long before they pass, and then nothing needs to be told to the system.
void event_loop::arm_timer() {
    timer_at_ = deadlines_.earliest();
    timer_.expires_at(timer_at_);
    timer_.async_wait([this, alive = alive_](const error_code& error) {
        if (error || !*alive)
            return;
        timer_at_ = never;
        wake_for_deadlines();
    });
}

void event_loop::disarm() noexcept {
    error_code ignored;
    if (std::exchange(armed_, false))
        set_.cancel(ignored);
    if (std::exchange(timer_at_, never) != never)
        timer_.cancel();
}

void event_loop::call_again() {
    if (std::exchange(called_again_, true))
        return;
    asio::post(context_, [this, alive = alive_] {
        if (!*alive)
            return;
        called_again_ = false;
        wake();
    });
}

} // namespace plug::platform
