// The part of a session that waits until a target has room.
#include "core/monitor/report_escaped.hpp"
#include "core/session/queue_place.hpp"
#include "core/session/session.hpp"

#include <exception>
#include <utility>

namespace plug {

/// No target could be given to it: it may have to wait where targets can be full.
void session::given_no_target(tried_targets tried) {
    if (where_->plug->targets.is_limited()) {
        ask_for_place(std::move(tried));
    }
}

/// It has tried `tried`.
void session::ask_for_place(tried_targets tried) {
    if (place_ == nullptr) {
        queue_observer& told = *this;
        place_ =
            std::make_unique<queue_place>(peer_.address(), worker_.network().now(), worker_, told);
    }
    place_->tried = std::move(tried);
    place_->result = wait_result::waiting;
}

bool session::asks_for_place() const noexcept {
    return !cut_ && place_ != nullptr && place_->result == wait_result::waiting;
}

/// While it waits the session owns itself, and holds no coroutine frames and no lease.
void session::queue(std::unique_ptr<session> self) {
    auto& waiting = *self;
    const auto plug = waiting.where_->plug;
    auto& runner = waiting.worker_;
    auto watch = std::make_shared<queue_watch>(plug, runner.network()); // while it may still fail
    const bool waits = plug->targets.wait(*waiting.place_, runner.network().now());
    static_cast<void>(self.release()); // queue_left() comes from the worker's thread, so not yet
    if (!waits) {
        return waiting.queue_left();
    }
    if (plug->targets.begin_watch()) {
        runner.keep(std::move(watch), plug->events);
    }
}

void session::queue_left() noexcept {
    std::unique_ptr<session> self(this);
    auto& events = terms_->events;
    try {
        if (!cut_ && place_->result == wait_result::served) {
            return go_on(std::move(self), std::nullopt);
        }
        if (!cut_ && place_->result == wait_result::moved && go_over_to_newest_plug()) {
            return queue(std::move(self));
        }
        finish(how_it_ended());
    } catch (...) {
        report_escaped{events, "let a client wait"}(std::current_exception());
    }
}

/// A reload has put another plug in the place of its own, where targets have other numbers. It
/// keeps its place among those who wait, by the time that it has waited for. False = the plug is
/// gone.
bool session::go_over_to_newest_plug() {
    auto newest = where_->plug->newest();
    if (newest == nullptr) {
        place_->result = wait_result::dismissed;
        return false;
    }
    go_over_to(
        std::make_shared<const listening>(std::move(newest), where_->label, where_->outgoing));
    last_target_ = 0;
    ask_for_place({});
    return true;
}

session_end session::how_queue_ended() const noexcept {
    switch (place_ == nullptr ? wait_result::no_target : place_->result) {
    case wait_result::timed_out:
        return session_end::queue_timeout;
    case wait_result::line_full:
        return session_end::queue_full;
    case wait_result::dismissed:
        return session_end::target_removed;
    default:
        return session_end::no_target;
    }
}

bool session::is_queued() const noexcept {
    return !connected_ && place_ != nullptr && place_->result != wait_result::served &&
           place_->result != wait_result::no_target;
}

} // namespace plug
