#include "core/session/session.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/session/name_resolver.hpp"

#include <boost/asio/error.hpp>

#include <exception>
#include <new>
#include <utility>

namespace plug {

using platform::task;

namespace {

/// How long a session waits before it asks for descriptors, memory or ports again.
constexpr std::chrono::milliseconds shortage_pause{50};
/// How long a session waits for an answer about a name whose addresses failed.
constexpr std::chrono::milliseconds resolve_patience{2000};
constexpr std::chrono::milliseconds resolve_poll{20};

/// What a session connects to: the HTTPS proxy where there is one.
const std::shared_ptr<destination>& next_hop(const plug_runtime& plug, std::uint32_t target) {
    return plug.proxy() != nullptr ? plug.proxy() : plug.target(target);
}

/// The name of the next hop led to nobody. A proxy that answered "no" was found.
bool was_led_astray(const plug_runtime& plug, const attempt& tried) {
    return tried.what == (plug.proxy() != nullptr ? attempt::outcome::proxy_failed
                                                  : attempt::outcome::target_failed);
}

std::chrono::microseconds since(platform::clock::time_point start,
                                platform::clock::time_point end) {
    return std::chrono::duration_cast<std::chrono::microseconds>(end - start);
}

} // namespace

session::session(std::shared_ptr<const listening> where, worker& runner,
                 platform::connection client)
    : where_(std::move(where)), worker_(runner), client_(std::move(client)),
      peer_(unmapped(client_.peer())), accepted_at_(runner.network().now()) {
    worker_.counted().session_begins();
}

session::~session() {
    finish(session_end::internal); // only where the coroutine did not come to its end
    if (cut_) {
        client_.reset(); // no clean end for a client that was cut before it reached its target
    }
    client_.close();
    target_.close();
    worker_.counted().session_ends();
}

void session::begin(std::unique_ptr<session> self) {
    self->worker_.add(*self);
    // The first target nearly always answers. An address needs one connect and no coroutine.
    if (self->cut_ || !is_plain(*self->where_->plug) || !self->take_target({})) {
        return go_on(std::move(self), std::nullopt);
    }
    auto* const begun = self.release();
    try {
        connect_plainly(*begun->where_, begun->last_target_, begun->client_, begun->target_,
                        begun->worker_.network(), *begun);
    } catch (const std::bad_alloc&) {
        delete begun; // nothing was begun
        throw;
    }
}

void session::connect_ended(platform::error_code error) noexcept {
    std::unique_ptr<session> self(this);
    auto& events = where_->plug->events;
    try {
        auto first = judge_connect(error);
        if (first.what != attempt::outcome::connected) {
            return go_on(std::move(self), std::move(first));
        }
        note_connected(accepted_at_);
        start_relay(std::move(self));
    } catch (...) {
        report_escaped{events, "run a session"}(std::current_exception());
    }
}

/// Where it takes more than one connect. `first` is what the first one came to, if there was one.
void session::go_on(std::unique_ptr<session> self, std::optional<attempt> first) {
    auto& runner = self->worker_;
    auto& events = self->where_->plug->events;
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
    if (const auto interval = self->where_->plug->watch_interval) {
        self->begin_limits(*interval);
    }
    auto& relayed = *self.release();
    platform::relay(relayed.client_, relayed.target_, {}, relayed.stats_, relayed);
}

void session::begin_limits(std::chrono::milliseconds interval) {
    const auto& plug = *where_->plug;
    stats_.last_active = worker_.network().now();
    expires_at_ = expiry(plug.conf.limits, accepted_at_, worker_.chance());
    worker_.watch_limits(interval, plug.events);
}

bool session::hold_to_limits(platform::clock::time_point now) noexcept {
    const auto& plug = *where_->plug;
    if (connected_ && !cut_ && plug.watch_interval) {
        if (const auto why = limit_reached(plug.conf.limits, stats_, expires_at_, now)) {
            cut(*why);
        }
    }
    return plug.watch_interval.has_value();
}

void session::relay_ended(const platform::relay_result& result) noexcept {
    const std::unique_ptr<session> self(this);
    relayed_ = result;
    finish(how_it_ended());
}

bool session::take_target(const tried_targets& tried) {
    lease_ = place_ != nullptr && place_->granted
                 ? std::move(place_->granted)
                 : where_->plug->targets.pick(peer_.address(), tried, worker_.network().now());
    if (lease_) {
        last_target_ = lease_.target();
        picked_ = lease_.reason();
    }
    return static_cast<bool>(lease_);
}

task<bool> session::reach_target(std::optional<attempt> first) {
    auto tried = place_ == nullptr ? tried_targets{} : std::move(place_->tried);
    bool ports_ran_out = false;
    while (first || !cut_) {
        if (!first && !take_target(tried)) {
            if (!ports_ran_out) {
                if (where_->plug->targets.is_limited()) {
                    ask_for_place(std::move(tried));
                }
                co_return false;
            }
            const bool may_try_again = co_await wait_for_resources(relayed_.error);
            if (!may_try_again) {
                co_return false;
            }
            tried = {};
            continue;
        }
        const auto tried_now = co_await try_target(std::exchange(first, std::nullopt));
        if (tried_now.what == attempt::outcome::connected) {
            note_connected(tried_now.began);
            co_return true;
        }
        note_failed(tried_now);
        if (tried_now.what != attempt::outcome::target_failed &&
            tried_now.what != attempt::outcome::no_local_address) {
            co_return false; // no other target would fare better
        }
        ports_ran_out |= tried_now.what == attempt::outcome::no_local_address;
        tried.add(last_target_);
    }
    co_return false;
}

/// Tries the target until the answer is about the target: waits while this system is short of
/// something, and asks once where a name leads now. Once, because answers that change each time
/// would keep the client from the next target for ever. `result` is what was tried already.
task<attempt> session::try_target(std::optional<attempt> result) {
    const auto& plug = *where_->plug;
    const auto& leads_to = next_hop(plug, last_target_);
    bool asked = false;
    while (true) {
        const auto before = leads_to->addresses();
        if (!result) {
            const auto began = plug.conf.weigh_connect_time ? worker_.network().now()
                                                            : platform::clock::time_point{};
            result = co_await reach(*where_, last_target_, client_, target_, worker_.network());
            result->began = began;
        }
        bool again = false;
        if (result->what == attempt::outcome::shortage) {
            again = co_await wait_for_resources(result->error);
        } else if (was_led_astray(plug, *result) && leads_to->is_name() &&
                   !std::exchange(asked, true)) {
            again = co_await found_elsewhere(leads_to, before);
        }
        if (!again) {
            co_return *std::move(result);
        }
        result.reset();
    }
}

/// Asks the resolver again. True = the name leads elsewhere now.
task<bool> session::found_elsewhere(std::shared_ptr<destination> where,
                                    std::shared_ptr<const destination::endpoints> before) {
    const auto& plug = *where_->plug;
    auto& network = worker_.network();
    plug.resolver->ask(where, plug.conf.name);
    const auto deadline = network.now() + resolve_patience;
    while (!cut_ && network.now() < deadline && plug.resolver->is_asking(where)) {
        co_await network.sleep_until(network.now() + resolve_poll);
    }
    co_return !cut_ && *where->addresses() != *before;
}

/// Holds back new clients, and this one for a moment. False = it has waited for long enough.
task<bool> session::wait_for_resources(platform::error_code lacking) {
    auto& network = worker_.network();
    const auto now = network.now();
    worker_.counted().note_shortage(lacking, now);
    if (cut_ || now - accepted_at_ >= where_->plug->conf.connect_timeout) {
        co_return false;
    }
    co_await network.sleep_until(now + shortage_pause);
    co_return !cut_;
}

/// The connect that succeeded `began` then, where its time counts.
void session::note_connected(platform::clock::time_point began) {
    connected_ = true;
    connected_at_ = worker_.network().now();
    relayed_.error = {};
    auto& plug = *where_->plug;
    if (plug.conf.weigh_connect_time) {
        plug.targets.report_connect_time(last_target_, connected_at_ - began, connected_at_);
    }
    const auto& label = plug.target(last_target_)->label();
    if (plug.targets.report_connected(last_target_)) {
        plug.events.publish(target_up{where_->label, label});
    }
    if (plug.proxy() != nullptr && plug.report_proxy(true)) {
        plug.events.publish(proxy_up{where_->label, *plug.proxy()->label()});
    }
    if (plug.events.wants_sessions()) {
        plug.events.publish(session_started{where_->label, peer_, label});
    }
}

void session::note_failed(const attempt& failed) {
    relayed_.error = failed.error;
    ++failed_attempts_;
    auto& plug = *where_->plug;
    const auto& label = plug.target(last_target_)->label();
    if (failed.what == attempt::outcome::target_failed &&
        plug.targets.report_failed(last_target_, worker_.network().now())) {
        plug.events.publish(target_down{where_->label, label, failed.action, failed.reason});
        plug.end_sessions_on(last_target_);
    }
    if (failed.what == attempt::outcome::proxy_failed && plug.report_proxy(false)) {
        plug.events.publish(proxy_down{where_->label, *plug.proxy()->label(), failed.reason});
    }
    if (plug.events.wants_attempts()) {
        plug.events.publish(attempt_failed{where_->label, peer_, label, failed.reason});
    }
}

bool session::is_on(const destination& target) const noexcept {
    return lease_ && where_->plug->target(last_target_).get() == &target;
}

void session::cut(session_end why) noexcept {
    if (!std::exchange(cut_, true)) {
        cut_for_ = why;
    }
    client_.cancel();
    target_.cancel();
    if (place_ != nullptr && where_->plug->targets.leave(*place_)) {
        const std::unique_ptr<session> self(this);
        finish(how_it_ended());
    }
}

session_end session::how_it_ended() const noexcept {
    if (cut_ && (!connected_ || relayed_.error)) {
        return cut_for_;
    }
    if (!connected_) {
        return how_queue_ended();
    }
    if (!relayed_.error) {
        return session_end::completed;
    }
    return relayed_.first == platform::side::client ? session_end::client_failed
                                                    : session_end::target_failed;
}

session_party session::whose_end(session_end ended) const noexcept {
    switch (ended) {
    case session_end::completed:
        return relayed_.first == platform::side::client ? session_party::client
                                                        : session_party::target;
    case session_end::client_failed:
        return session_party::client;
    case session_end::target_failed:
    case session_end::no_target:
    case session_end::target_down:
        return session_party::target;
    default:
        return session_party::plug;
    }
}

/// The only exit: gives back the lease and hands the record to the logs.
void session::finish(session_end ended) noexcept {
    if (std::exchange(finished_, true)) {
        return;
    }
    lease_.release();
    if (is_linked()) {
        worker_.remove(*this);
    }
    auto& events = where_->plug->events;
    if (!events.wants_sessions()) {
        return;
    }
    auto told = record(ended);
    if (!connected_) {
        events.publish(session_started{told.listener, told.client, told.target});
    }
    events.publish(session_ended{std::move(told)});
}

session_record session::record(session_end ended) const {
    session_record told;
    told.listener = where_->label;
    told.client = peer_;
    if (!is_queued()) {
        told.target = where_->plug->target(last_target_)->label();
    }
    told.from_client = stats_.from_client;
    told.from_target = stats_.from_target;
    told.ended_at = std::chrono::system_clock::now();
    told.duration = since(accepted_at_, worker_.network().now());
    told.until_connected =
        connected_ ? since(accepted_at_, connected_at_) : std::chrono::microseconds{0};
    told.end = ended;
    told.ended_by = whose_end(ended);
    told.picked = picked_;
    told.phase = connected_    ? session_phase::relaying
                 : is_queued() ? session_phase::queued
                               : session_phase::connecting;
    told.failed_attempts = failed_attempts_;
    if (!connected_ && !is_queued() && failed_attempts_ > 0) {
        --told.failed_attempts; // the last target is not one that was tried before it
    }
    told.error = relayed_.error;
    return told;
}

} // namespace plug
