#include "platform/transport/linux/event_loop.hpp"

#include "platform/posix/system_error.hpp"

#include <boost/system/system_error.hpp>

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <span>

namespace plug::platform {

namespace {

descriptor checked(int made, const char* call) {
    if (made < 0)
        throw boost::system::system_error(last_error(), call);
    return descriptor{made};
}

/// Edge-triggered, so that nobody needs to read what was written to it.
void add_wake(const descriptor& set, const descriptor& wake) {
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLET;
    wanted.data.ptr = nullptr;
    if (::epoll_ctl(set.get(), EPOLL_CTL_ADD, wake.get(), &wanted) != 0)
        throw boost::system::system_error(last_error(), "epoll_ctl");
}

} // namespace

/// How far ahead an object is fetched into the caches, and then what it will touch, in events.
constexpr std::size_t object_ahead = 4;
constexpr std::size_t touched_ahead = 2;
constexpr std::size_t cache_line = 64;

void fetch_two_lines(const void* from) noexcept {
    __builtin_prefetch(from, 1);
    __builtin_prefetch(static_cast<const char*>(from) + cache_line, 1);
}

void fetch_ahead(std::span<const epoll_event> coming) noexcept {
    if (coming.size() > object_ahead && coming[object_ahead].data.ptr != nullptr)
        fetch_two_lines(coming[object_ahead].data.ptr);
    if (coming.size() > touched_ahead && coming[touched_ahead].data.ptr != nullptr) {
        for (const void* each : static_cast<watched*>(coming[touched_ahead].data.ptr)->touched) {
            if (each != nullptr)
                fetch_two_lines(each);
        }
    }
}

/// While one lives, callbacks run: what they make ready is served by the loop that called them, and
/// what they close is freed after them.
class event_loop::serving {
public:
    explicit serving(event_loop& loop) noexcept : loop_(loop) { loop_.serving_ = true; }
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
    : context_(context), guard_(context.get_executor()), spin_(spin),
      set_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
    add_wake(set_, wake_);
}

event_loop::~event_loop() {
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
    return add_to_set(added, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET);
}

error_code event_loop::watch_shared(watched& added) {
    return add_to_set(added, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE);
}

error_code event_loop::add_to_set(watched& added, std::uint32_t events) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.ptr = &added;
    if (::epoll_ctl(set_.get(), EPOLL_CTL_ADD, added.socket.get(), &wanted) != 0)
        return last_error();
    if (added.loop == nullptr) {
        added.loop = this;
        ++watched_count_;
        watched_.push_back(added);
    }
    return {};
}

/// Stays in the list, as events for it may already be harvested.
void event_loop::unwatch_shared(watched& removed) noexcept {
    ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, removed.socket.get(), nullptr);
}

void event_loop::retire(watched* ended) noexcept {
    ended->socket.close();
    if (ended->loop != nullptr)
        --ended->loop->watched_count_;
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
}

void event_loop::release(scheduled& waiting) noexcept {
    waiting.queue_hook::unlink();
    waiting.deadline_hook::unlink();
}

void event_loop::make_ready(scheduled& waiting) noexcept {
    waiting.queue_hook::unlink();
    ready_.push_back(waiting);
}

void event_loop::set_deadline(scheduled& waiting, clock::time_point deadline) {
    deadlines_.set(waiting, deadline);
}

void event_loop::run() {
    runner_ = std::this_thread::get_id();
    run_handlers();
    while (!stopping_) {
        harvest();
        run_handlers(); // may stop the loop, which must not sleep then
    }
}

/// A handler that posts itself keeps nobody from his events.
void event_loop::run_handlers() {
    constexpr std::size_t most = 1024;
    std::size_t count = 0;
    while (count < most && context_.poll_one() != 0)
        ++count;
    has_handlers_ = count == most;
}

void event_loop::stop() noexcept {
    stopping_ = true;
    wake();
}

void event_loop::wake() noexcept {
    if (runner_ != std::this_thread::get_id())
        ::eventfd_write(wake_.get(), 1);
}

/// Keeps what escapes from one callback until the others have had theirs: their events come only
/// once.
class event_loop::escapes {
public:
    template <typename Callback> void keep(Callback call) noexcept {
        try {
            call();
        } catch (...) {
            if (!first_)
                first_ = std::current_exception();
        }
    }
    void let_go() const {
        if (first_)
            std::rethrow_exception(first_);
    }

private:
    std::exception_ptr first_;
};

/// Sleeps until something happens and serves it.
void event_loop::harvest() {
    std::array<epoll_event, batch_size> events;
    const auto began = clock::now();
    const int limit = sleep_limit(began);
    const int count = ::epoll_wait(set_.get(), events.data(), batch_size, limit);
    harvested_at_ = clock::now();
    note_wait(began, limit, count);
    const serving now_serving{*this};
    escapes escaped;
    const std::span harvested{events.data(), static_cast<std::size_t>(std::max(count, 0))};
    for (std::size_t i = 0; i < harvested.size(); ++i) {
        fetch_ahead(harvested.subspan(i));
        const epoll_event& event = harvested[i];
        auto* const told = static_cast<watched*>(event.data.ptr);
        if (told != nullptr && told->socket)
            escaped.keep([&] { told->on_events(event.events); });
    }
    had_events_ = count > 0;
    serve_ready(escaped);
    escaped.let_go();
    serve_deadlines();
}

/// Learns until when everything has been seen. The clock from before a wait counts, as between its
/// end and any look at the clock the process may be stopped for long (SIGSTOP, a frozen container)
/// while answers come. An interrupted wait has seen nothing. A full batch leaves others behind, but
/// what was ready before it has come after as many full ones as all sockets make, since what is
/// ready queues up: so a constant load holds up no deadline.
void event_loop::note_wait(clock::time_point began, int limit, int count) noexcept {
    if (count < 0)
        return;
    if (count == batch_size) {
        if (full_to_come_ == 0) {
            full_since_ = began;
            full_to_come_ = watched_count_ / batch_size + 1;
        }
        if (--full_to_come_ == 0)
            seen_until_ = full_since_;
        return;
    }
    full_to_come_ = 0;
    seen_until_ = began;
    if (count == 0) // it has looked once more when its time was over
        seen_until_ += std::chrono::milliseconds(std::max(limit, 0));
}

/// One turn for each that is ready now; what becomes ready meanwhile waits for the next round.
void event_loop::serve_ready(escapes& escaped) {
    scheduled_list turns;
    turns.swap(ready_);
    while (!turns.empty()) {
        scheduled& first = turns.front();
        turns.pop_front();
        waiting_.push_back(first);
        escaped.keep([&] { first.on_turn(); });
    }
}

void event_loop::serve_deadlines() {
    while (scheduled* const due = deadlines_.take_due(seen_until_))
        due->on_deadline();
}

/// How long epoll_wait() may sleep, in its milliseconds; -1 = until something happens.
int event_loop::sleep_limit(clock::time_point now) {
    if (!ready_.empty() || has_handlers_ || spins(now))
        return 0;
    const auto earliest = deadlines_.earliest();
    if (earliest == never)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(earliest - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

/// Whether to poll on and not sleep yet. The time counts from when the last event had been served.
bool event_loop::spins(clock::time_point now) {
    if (spin_.count() == 0)
        return false;
    if (std::exchange(had_events_, false))
        spin_until_ = now + spin_;
    return now < spin_until_;
}

} // namespace plug::platform
