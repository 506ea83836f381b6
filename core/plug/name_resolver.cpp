#include "core/plug/name_resolver.hpp"

#include "core/config/overlap.hpp"
#include "core/plug/question_queue.hpp"
#include "platform/thread_name.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

namespace plug {

namespace {

using clock = name_resolver::clock;

/// How long a thread without work stays.
constexpr std::chrono::seconds idle_patience{10};
/// How often somebody who waits looks whether it is to stop.
constexpr std::chrono::milliseconds stop_poll{50};

struct name_state {
    clock::time_point asked_at{};
    bool open = false;
    bool is_known = false;
    bool announced_unresolved = false;
};

/// What of an answer may be connected to.
lookup_answer judged(const destination& wanted, lookup_answer got) {
    lookup_answer kept;
    kept.failure = std::move(got.failure);
    for (const auto& each : got.found) {
        const auto found = unmapped(each);
        auto fault = is_one_host(found.address())
                         ? wanted.fault_of(found)
                         : found.address().to_string() + " is not the address of one host";
        if (!fault.empty()) {
            kept.failure = {boost::asio::error::host_not_found, std::move(fault)};
        } else if (kept.found.size() < name_resolver::most_addresses &&
                   std::ranges::find(kept.found, found) == kept.found.end()) {
            kept.found.push_back(found);
        }
    }
    return kept;
}

/// Throws nothing: without memory there is no address, and it is asked for again.
lookup_answer look_up(const name_lookup& how, const destination& wanted) noexcept {
    try {
        return judged(wanted, how(wanted.configured()));
    } catch (const std::exception&) {
        return {{}, {boost::asio::error::no_memory, {}}};
    }
}

} // namespace

/// Outlives the resolver where a thread still waits for an answer.
struct name_resolver::shared_state {
    explicit shared_state(event_sink& sink, name_lookup how)
        : look_up(std::move(how)), events(&sink) {}

    const name_lookup look_up;
    mutable std::mutex mutex;        // guards the members below
    std::condition_variable changed; // for those who wait for answers, and for the keeper
    std::condition_variable work;    // for the threads that look up
    question_queue questions;
    std::map<std::weak_ptr<destination>, name_state, std::owner_less<>> names;
    /// So many names, and those that reloads have left behind are looked for.
    std::size_t forget_at = 64;
    std::size_t open = 0;
    std::size_t threads = 0;
    std::size_t busy = 0; // of threads
    bool has_keeper = false;
    bool stopping = false;
    bool waits_are_over = false;
    event_sink* events; // null once the resolver is gone

    void forget_those_that_are_gone();
    void ask(const std::shared_ptr<destination>& wanted, const std::string& plug,
             std::chrono::milliseconds interval);
    [[nodiscard]] bool is_open(const std::shared_ptr<destination>& wanted) const;
    void settle(const question& asked, lookup_answer got) noexcept;
    void fail_all(const std::exception& error) noexcept;
    std::optional<question> next_question(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool lacks_threads(clock::time_point now) const;
    [[nodiscard]] clock::time_point next_look(clock::time_point now) const;

    static void start_keeper(const std::shared_ptr<shared_state>& self);
    static void keep(std::shared_ptr<shared_state> self);
    static bool start_thread(const std::shared_ptr<shared_state>& self);
    static void run(std::shared_ptr<shared_state> self);
};

void name_resolver::shared_state::forget_those_that_are_gone() {
    if (names.size() >= forget_at) {
        std::erase_if(names, [](const auto& known) { return known.first.expired(); });
        forget_at = 2 * names.size() + 64;
    }
}

void name_resolver::shared_state::ask(const std::shared_ptr<destination>& wanted,
                                      const std::string& plug, std::chrono::milliseconds interval) {
    forget_those_that_are_gone();
    auto& name = names[wanted];
    const auto now = clock::now();
    const bool asked_before = name.asked_at != clock::time_point{};
    if (name.open || (asked_before && now - name.asked_at < interval)) {
        return;
    }
    questions.push({wanted, plug, now, name.is_known});
    name.asked_at = now;
    name.open = true;
    ++open;
    work.notify_one();
    changed.notify_all();
}

bool name_resolver::shared_state::is_open(const std::shared_ptr<destination>& wanted) const {
    const auto found = names.find(wanted);
    return found != names.end() && found->second.open;
}

/// What was known stays in use when the resolver has no answer: the target may still be there.
void name_resolver::shared_state::settle(const question& asked, lookup_answer got) noexcept {
    auto& name = names.find(asked.wanted)->second;
    name.open = false;
    --open;
    changed.notify_all();
    try {
        if (!got.found.empty()) {
            asked.wanted->resolved_to(std::move(got.found));
            name.is_known = true;
            name.announced_unresolved = false;
            return;
        }
        if (got.failure.why.empty()) {
            got.failure.why = got.failure.error.message();
        }
        asked.wanted->not_resolved(got.failure);
        if (!std::exchange(name.announced_unresolved, true) && events != nullptr) {
            events->publish(name_unresolved{asked.plug, asked.wanted->configured().host,
                                            std::move(got.failure.why)});
        }
    } catch (const std::bad_alloc&) { // who needs the name asks again
    }
}

/// There is no thread that could look anything up, and `error` says why.
void name_resolver::shared_state::fail_all(const std::exception& error) noexcept {
    try {
        const auto why = std::string("cannot start a thread: ") + error.what();
        while (const auto asked = questions.take(false)) {
            settle(*asked, {{}, {boost::asio::error::no_recovery, why}});
        }
    } catch (const std::bad_alloc&) { // they stay in the queue for the next try
    }
}

/// Whether one more thread is due: for the first question at once, then for each that has waited.
bool name_resolver::shared_state::lacks_threads(clock::time_point now) const {
    return threads < most_threads &&
           (threads == 0 ? questions.size() > 0
                         : questions.asked_until(now - patience) > threads - busy);
}

/// When the keeper is to look again, unless something changes before.
clock::time_point name_resolver::shared_state::next_look(clock::time_point now) const {
    if (questions.size() == 0 || threads >= most_threads) {
        return clock::time_point::max();
    }
    const auto due = questions.oldest() + patience;
    return due > now ? due : now + patience; // a thread has been started, or could not be
}

void name_resolver::shared_state::start_keeper(const std::shared_ptr<shared_state>& self) {
    if (self->has_keeper) {
        return;
    }
    try {
        std::thread(&shared_state::keep, self).detach();
        self->has_keeper = true;
    } catch (const std::exception& error) {
        self->fail_all(error);
    }
}

/// Sees to it that there are threads enough. Looks nothing up itself, and so is always there.
void name_resolver::shared_state::keep(std::shared_ptr<shared_state> self) {
    platform::name_this_thread("plug-resolver");
    std::unique_lock lock(self->mutex);
    while (!self->stopping) {
        const auto now = clock::now();
        bool started = true;
        while (started && self->lacks_threads(now)) {
            started = start_thread(self);
        }
        const auto until = self->next_look(now);
        if (until == clock::time_point::max()) {
            self->changed.wait(lock);
        } else {
            self->changed.wait_until(lock, until);
        }
    }
}

/// False = the system has none.
bool name_resolver::shared_state::start_thread(const std::shared_ptr<shared_state>& self) {
    try {
        std::thread(&shared_state::run, self).detach();
        ++self->threads;
        return true;
    } catch (const std::exception& error) {
        if (self->threads == 0) { // otherwise those that are there get at it
            self->fail_all(error);
        }
        return false;
    }
}

/// When all threads are at work, names that never had an answer wait until those that had one are
/// served. Nothing = the thread has been idle for long, or the resolver is gone.
std::optional<question>
name_resolver::shared_state::next_question(std::unique_lock<std::mutex>& lock) {
    while (
        work.wait_for(lock, idle_patience, [this] { return stopping || questions.size() > 0; })) {
        if (stopping) {
            break;
        }
        try {
            return questions.take(threads >= most_threads);
        } catch (const std::bad_alloc&) {
            changed.wait_for(lock, stop_poll);
        }
    }
    return std::nullopt;
}

void name_resolver::shared_state::run(std::shared_ptr<shared_state> self) {
    platform::name_this_thread("plug-lookup");
    std::unique_lock lock(self->mutex);
    while (const auto asked = self->next_question(lock)) {
        ++self->busy;
        lock.unlock();
        auto got = plug::look_up(self->look_up, *asked->wanted);
        lock.lock();
        --self->busy;
        self->settle(*asked, std::move(got));
    }
    --self->threads;
}

name_resolver::name_resolver(event_sink& events, name_lookup look_up)
    : state_(std::make_shared<shared_state>(events, std::move(look_up))) {}

name_resolver::~name_resolver() {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->events = nullptr;
    state_->changed.notify_all();
    state_->work.notify_all();
}

void name_resolver::ask(const std::shared_ptr<destination>& wanted, const std::string& plug) {
    const std::lock_guard lock(state_->mutex);
    state_->ask(wanted, plug, least_interval);
    shared_state::start_keeper(state_);
}

void name_resolver::ask_again(const std::shared_ptr<destination>& wanted, const std::string& plug) {
    const std::lock_guard lock(state_->mutex);
    state_->ask(wanted, plug, std::chrono::milliseconds{0});
    shared_state::start_keeper(state_);
}

void name_resolver::wait(clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_until(lock, deadline,
                               [&] { return state_->open == 0 || state_->waits_are_over; });
}

void name_resolver::wait_for(std::span<const std::shared_ptr<destination>> names,
                             clock::time_point deadline, const std::function<bool()>& is_stopped) {
    std::unique_lock lock(state_->mutex);
    const auto is_over = [&] {
        return state_->waits_are_over ||
               std::ranges::none_of(names, [&](const auto& each) { return state_->is_open(each); });
    };
    while (!is_over() && clock::now() < deadline && !(is_stopped && is_stopped())) {
        state_->changed.wait_until(lock, std::min(deadline, clock::now() + stop_poll));
    }
}

void name_resolver::give_up_waiting() noexcept {
    const std::lock_guard lock(state_->mutex);
    state_->waits_are_over = true;
    state_->changed.notify_all();
}

bool name_resolver::is_asking(const std::shared_ptr<destination>& wanted) const {
    const std::lock_guard lock(state_->mutex);
    return state_->is_open(wanted);
}

} // namespace plug
