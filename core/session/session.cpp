#include "core/session/session.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/session/entrance.hpp"

#include <exception>
#include <utility>

namespace plug {

using platform::task;

session::session(std::shared_ptr<const listening> where, worker& runner,
                 platform::connection client)
    : where_(std::move(where)), terms_(where_->terms), worker_(runner), client_(std::move(client)),
      peer_(identity_of(client_.peer())), accepted_at_(runner.network().now()) {
    worker_.counted().session_begins();
}

session::~session() {
    const bool is_broken = !finished_; // it could not go on: out of memory, or a defect
    finish(session_end::internal);
    if (cut_ || is_broken) {
        client_.reset(); // no clean end for a client that was cut before it reached its target
        target_.reset();
    }
    client_.close();
    target_.close();
    worker_.counted().session_ends();
}

void session::begin(std::unique_ptr<session> self) {
    self->worker_.add(*self);
    self->count_begin();
    if (self->where_->plug->introduced_by() != nullptr) {
        return enter(std::move(self));
    }
    head_for_target(std::move(self));
}

void session::head_for_target(std::unique_ptr<session> self) {
    // The first target nearly always answers. An address needs one connect and no coroutine.
    if (self->cut_ || !is_plain(*self->where_->plug) || !self->take_target({})) {
        return go_on(std::move(self), std::nullopt);
    }
    auto* const begun = self.release();
    try {
        connect_plainly(*begun->where_, begun->last_target_, begun->target_,
                        begun->worker_.network(), *begun);
    } catch (...) {
        delete begun; // nothing was begun
        throw;
    }
}

void session::connect_ended(platform::error_code error) noexcept {
    std::unique_ptr<session> self(this);
    auto& events = terms_->events;
    try {
        auto first = judge_connect(error);
        if (first.what != attempt::outcome::connected) {
            return go_on(std::move(self), std::move(first));
        }
        note_connected(connected_at_);
        start_relay(std::move(self));
    } catch (...) {
        report_escaped{events, "run a session"}(std::current_exception());
    }
}

/// Where it takes more than one connect. `first` is what the first one came to, if there was one.
void session::go_on(std::unique_ptr<session> self, std::optional<attempt> first) {
    auto& runner = self->worker_;
    auto& events = self->terms_->events;
    runner.spawn(run(std::move(self), std::move(first)), report_escaped{events, "run a session"});
}

// gcc 12 miscompiles co_await within a condition; it stands in a statement of its own throughout.
task<void> session::run(std::unique_ptr<session> self, std::optional<attempt> first) {
    const bool reached = co_await self->reach_target(std::move(first));
    if (reached) {
        start_relay(std::move(self));
        co_return;
    }
    if (self->asks_for_place()) {
        queue(std::move(self));
        co_return;
    }
    self->finish(self->how_it_ended());
}

void session::start_relay(std::unique_ptr<session> self) {
    self->let_go_of_plug();
    if (const auto interval = self->terms_->watch_interval) {
        self->begin_limits(*interval);
    }
    auto* const relayed = self.release();
    try {
        platform::relay(relayed->client_, relayed->target_, {}, relayed->stats_, *relayed);
    } catch (...) {
        delete relayed; // nothing was begun
        throw;
    }
}

/// Keeps what is needed to the end.
void session::let_go_of_plug() noexcept {
    reached_ = where_->plug->target(last_target_);
    where_.reset();
    place_.reset();
}

void session::begin_limits(std::chrono::milliseconds interval) {
    stats_.last_active = worker_.network().now();
    expires_at_ = expiry(terms_->limits, accepted_at_, worker_.chance());
    worker_.watch_limits(interval, terms_->events);
}

bool session::hold_to_limits(platform::clock::time_point now) noexcept {
    if (connected_ && !cut_ && terms_->watch_interval) {
        if (const auto why = limit_reached(now)) {
            cut(*why);
        }
    }
    return terms_->watch_interval.has_value();
}

std::optional<session_end> session::limit_reached(platform::clock::time_point now) noexcept {
    const auto due = quiet_limit_due(terms_->limits, stats_, now);
    if (!due) {
        unsent_.forget();
    } else if (unsent_.is_time_to_ask(due->length, now) &&
               unsent_.are_stuck(client_.unsent() + target_.unsent(), due->length, now)) {
        return due->why;
    }
    return now >= expires_at_ ? std::optional(session_end::age_limit) : std::nullopt;
}

void session::relay_ended(const platform::relay_result& result) noexcept {
    const std::unique_ptr<session> self(this);
    relayed_ = result;
    finish(how_it_ended());
}

void session::cut(session_end why) noexcept {
    if (!std::exchange(cut_, true)) {
        cut_for_ = why;
    }
    client_.cancel();
    target_.cancel();
    race_.cancel();
    if (place_ != nullptr && where_->plug->targets.leave(*place_)) {
        const std::unique_ptr<session> self(this);
        finish(how_it_ended());
    }
}

void session::leave_worker() noexcept {
    if (is_linked()) {
        worker_.remove(*this);
    }
}

/// The only exit of those who were let in: gives back the lease and hands the record to the logs.
void session::finish(session_end ended) noexcept {
    if (std::exchange(finished_, true)) {
        return;
    }
    if (is_linked()) { // it has begun
        count_end(ended);
    }
    lease_.release(worker_.network().now());
    leave_worker();
    auto& events = terms_->events;
    if (!events.wants_sessions()) {
        return;
    }
    auto told = record(ended);
    if (!connected_) {
        events.publish(session_started{told.listener, told.client, told.target});
    }
    events.publish(session_ended{std::move(told)});
}

} // namespace plug
