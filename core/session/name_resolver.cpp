#include "core/session/name_resolver.hpp"

#include "platform/thread_name.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace plug {

namespace {

struct question {
    std::shared_ptr<destination> wanted;
    std::string plug;
    name_resolver::condition leads_back;
};

struct answered {
    destination::endpoints found;
    /// Why there is no address.
    std::string why;
};

answered resolve(boost::asio::ip::tcp::resolver& resolver, const question& asked) {
    const auto& name = asked.wanted->configured();
    boost::system::error_code error;
    answered made;
    for (const auto& entry : resolver.resolve(name.host, std::to_string(name.port), error)) {
        if (asked.leads_back && asked.leads_back(entry.endpoint())) {
            made.why = "leads to this plug itself";
        } else {
            made.found.push_back(entry.endpoint());
        }
    }
    if (made.why.empty()) {
        made.why = error ? error.message() : "no address";
    }
    return made;
}

struct name_state {
    std::chrono::steady_clock::time_point asked_at{};
    bool open = false;
    bool announced_unresolved = false;
};

} // namespace

struct name_resolver::shared_state {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<question> questions;
    std::map<std::weak_ptr<destination>, name_state, std::owner_less<>> names;
    /// So many names, and those that reloads have left behind are looked for.
    std::size_t forget_at = 64;
    std::size_t open = 0;
    bool started = false;
    bool stopping = false;
    event_sink* events = nullptr; // null once the resolver is gone

    void forget_those_that_are_gone();
    void answer(const question& asked, answered made);
    static void run(std::shared_ptr<shared_state> self);
};

void name_resolver::shared_state::forget_those_that_are_gone() {
    if (names.size() >= forget_at) {
        std::erase_if(names, [](const auto& known) { return known.first.expired(); });
        forget_at = 2 * names.size() + 64;
    }
}

void name_resolver::shared_state::answer(const question& asked, answered made) {
    const std::lock_guard lock(mutex);
    auto& name = names[asked.wanted];
    name.open = false;
    --open;
    // What was known stays in use when the resolver has no answer: the target may still be there.
    if (!made.found.empty()) {
        asked.wanted->resolved_to(std::move(made.found));
        name.announced_unresolved = false;
    } else if (!std::exchange(name.announced_unresolved, true) && events != nullptr) {
        events->publish(name_unresolved{asked.plug, asked.wanted->configured().host, made.why});
    }
    changed.notify_all();
}

void name_resolver::shared_state::run(std::shared_ptr<shared_state> self) {
    platform::name_this_thread("plug-resolver");
    boost::asio::io_context context;
    boost::asio::ip::tcp::resolver resolver(context);
    std::unique_lock lock(self->mutex);
    while (true) {
        self->changed.wait(lock, [&] { return self->stopping || !self->questions.empty(); });
        if (self->stopping) {
            return;
        }
        const question asked = std::move(self->questions.front());
        self->questions.pop_front();
        lock.unlock();
        self->answer(asked, resolve(resolver, asked));
        lock.lock();
    }
}

name_resolver::name_resolver(event_sink& events) : state_(std::make_shared<shared_state>()) {
    state_->events = &events;
}

name_resolver::~name_resolver() {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->events = nullptr;
    state_->changed.notify_all();
}

void name_resolver::ask(std::shared_ptr<destination> wanted, std::string plug,
                        condition leads_back) {
    const std::lock_guard lock(state_->mutex);
    state_->forget_those_that_are_gone();
    auto& name = state_->names[wanted];
    const auto now = std::chrono::steady_clock::now();
    const bool asked_before = name.asked_at != std::chrono::steady_clock::time_point{};
    if (name.open || (asked_before && now - name.asked_at < least_interval)) {
        return;
    }
    name.asked_at = now;
    name.open = true;
    ++state_->open;
    state_->questions.push_back({std::move(wanted), std::move(plug), std::move(leads_back)});
    if (!std::exchange(state_->started, true)) {
        std::thread(&shared_state::run, state_).detach();
    }
    state_->changed.notify_all();
}

void name_resolver::wait(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_until(lock, deadline, [&] { return state_->open == 0; });
}

bool name_resolver::is_asking(const std::shared_ptr<destination>& wanted) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->names.find(wanted);
    return found != state_->names.end() && found->second.open;
}

} // namespace plug
