#include "core/session/listener.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/session/entrance.hpp"
#include "core/session/session.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace plug {

using platform::task;

namespace {

/// After an error: the first pause, doubled each time up to the longest, until a client comes
/// through.
constexpr std::chrono::milliseconds shortest_pause{10};
constexpr std::chrono::milliseconds longest_pause{100};

/// How long a session's shortage holds back new clients.
constexpr std::chrono::milliseconds shortage_patience{100};

/// From the line about one pause to that about the next.
constexpr std::chrono::seconds silence{10};

/// The client has gone before it was accepted: no reason to wait (accept(2), "Error handling").
bool is_passing(const platform::error_code& error) noexcept {
    namespace errc = boost::system::errc;
    return error == errc::connection_aborted || error == errc::protocol_error ||
           error == errc::interrupted || error == errc::connection_reset;
}

} // namespace

listener::listener(platform::acceptor socket, std::shared_ptr<const listening> where, worker& home,
                   std::span<const std::unique_ptr<worker>> workers)
    : socket_(std::move(socket)), where_(std::move(where)), home_(home), workers_(workers),
      next_pause_(shortest_pause) {}

void listener::start(const std::shared_ptr<listener>& self, event_sink& events) noexcept {
    self->home_.counted().listener_begins();
    self->home_.keep(self, events);
}

task<void> listener::go_on() {
    if (!ended_) {
        co_await take_clients();
    }
    if (!std::exchange(ended_, true)) {
        where_->plug->events.publish(listener_closed{where_->label});
        home_.counted().listener_ends();
    }
}

/// Until stop().
task<void> listener::take_clients() {
    while (true) {
        if (what_hinders()) {
            co_await wait_for_room();
        }
        auto accepted = co_await socket_.accept();
        if (accepted.error == boost::asio::error::operation_aborted) {
            co_return;
        }
        if (!accepted.error) {
            welcome(std::move(accepted));
        } else if (!is_passing(accepted.error)) {
            co_await pause({"accept", accepted.error});
        }
    }
}

/// Leaves clients in the system's queue, where they are not lost, while there is no room for more.
task<void> listener::wait_for_room() {
    while (!stopping_) {
        const auto why = what_hinders();
        if (!why) {
            break;
        }
        co_await pause(*why);
    }
}

std::optional<listener::hindrance> listener::what_hinders() const {
    const auto now = home_.network().now();
    if (!home_.counted().has_room()) {
        return hindrance{"accept", make_error_code(boost::system::errc::too_many_files_open)};
    }
    if (const auto lacking = home_.counted().of_system().within(now, shortage_patience)) {
        return hindrance{"accept", lacking};
    }
    if (const auto lacking = where_->plug->of_ports.within(now, shortage_patience)) {
        return hindrance{"connect", lacking};
    }
    return std::nullopt;
}

task<void> listener::pause(hindrance why) {
    const auto now = home_.network().now();
    tell_pause(why, now);
    const auto until = now + next_pause_;
    next_pause_ = std::min(next_pause_ * 2, longest_pause);
    co_await home_.network().sleep_until(until);
}

/// A shortage that comes and goes many times a second is told once in a while.
void listener::tell_pause(const hindrance& why, platform::clock::time_point now) {
    if (told_pause_ || now < silent_until_) {
        return;
    }
    told_pause_ = true;
    silent_until_ = now + silence;
    where_->plug->events.publish(accept_paused{where_->label, why.action, why.error});
}

void listener::resumed() {
    next_pause_ = shortest_pause;
    if (std::exchange(told_pause_, false)) {
        where_->plug->events.publish(accept_resumed{where_->label});
    }
}

void listener::note_no_memory() noexcept {
    home_.counted().of_system().note(make_error_code(boost::system::errc::not_enough_memory),
                                     home_.network().now());
}

void listener::welcome(platform::accept_result accepted) {
    resumed();
    where_->plug->totals->of(home_.number()).accepted.add();
    home_.totals().accepted.add();
    const bool is_known = where_->plug->introduced_by() == nullptr; // by its address
    if (is_known && !lets_in(*where_, identity_of(accepted.client.peer()), home_)) {
        return; // and closes it
    }
    try {
        start_session(std::move(accepted));
    } catch (const std::bad_alloc&) {
        note_no_memory();
    }
}

void listener::start_session(platform::accept_result accepted) {
    worker& runner = *workers_[accepted.worker];
    auto started = std::make_unique<session>(where_, runner, std::move(accepted.client));
    if (&runner == &home_) {
        return session::begin(std::move(started));
    }
    runner.post([begun = std::move(started)]() mutable { session::begin(std::move(begun)); });
}

void listener::serve(std::shared_ptr<const listening> where) {
    where_ = std::move(where);
    socket_.set_keepalive(where_->plug->conf.keepalive);
}

void listener::serve_soon(std::shared_ptr<listener> self,
                          std::shared_ptr<const listening> where) noexcept {
    auto& kept = *self;
    kept.home_.post(kept.memory_to_serve_,
                    [self = std::move(self), next = std::move(where)] { self->serve(next); });
}

void listener::stop_soon(std::shared_ptr<listener> self) noexcept {
    auto& kept = *self;
    kept.home_.post(kept.memory_to_stop_, [self = std::move(self)] { self->stop(); });
}

void listener::stop() noexcept {
    stopping_ = true;
    socket_.stop();
}

} // namespace plug
