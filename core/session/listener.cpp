#include "core/session/listener.hpp"

#include "core/monitor/report_escaped.hpp"
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
      next_pause_(shortest_pause) {
    home_.counted().listener_begins();
}

task<void> listener::run(std::shared_ptr<listener> self) {
    while (true) {
        if (self->hindrance()) {
            co_await self->wait_for_room();
        }
        auto accepted = co_await self->socket_.accept();
        if (accepted.error == boost::asio::error::operation_aborted) {
            break;
        }
        if (!accepted.error) {
            self->welcome(std::move(accepted));
        } else if (!is_passing(accepted.error)) {
            co_await self->pause("accept", accepted.error);
        }
    }
    self->where_->plug->events.publish(listener_closed{self->where_->label});
    self->home_.counted().listener_ends();
}

/// Leaves clients in the system's queue, where they are not lost, while there is no room for more.
task<void> listener::wait_for_room() {
    while (!stopping_) {
        const auto error = hindrance();
        if (!error) {
            break;
        }
        co_await pause("accept", error);
    }
}

platform::error_code listener::hindrance() const {
    if (!home_.counted().has_room()) {
        return make_error_code(boost::system::errc::too_many_files_open);
    }
    return home_.counted().shortage(home_.network().now(), shortage_patience);
}

task<void> listener::pause(std::string action, platform::error_code error) {
    if (!std::exchange(paused_, true)) {
        where_->plug->events.publish(accept_paused{where_->label, std::move(action), error});
    }
    const auto until = home_.network().now() + next_pause_;
    next_pause_ = std::min(next_pause_ * 2, longest_pause);
    co_await home_.network().sleep_until(until);
}

void listener::resumed() {
    next_pause_ = shortest_pause;
    if (std::exchange(paused_, false)) {
        where_->plug->events.publish(accept_resumed{where_->label});
    }
}

void listener::welcome(platform::accept_result accepted) {
    resumed();
    const auto peer = unmapped(accepted.client.peer());
    if (!where_->plug->admits(peer.address())) {
        where_->plug->events.publish(client_refused{where_->label, peer});
        return; // and closes it
    }
    try {
        start_session(std::move(accepted));
    } catch (const std::bad_alloc&) {
        home_.counted().note_shortage(make_error_code(boost::system::errc::not_enough_memory),
                                      home_.network().now());
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

void listener::stop() noexcept {
    stopping_ = true;
    socket_.stop();
}

} // namespace plug
