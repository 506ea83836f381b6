// The part of a session that reaches a target: picks, connects, and goes on to the next one.
#include "core/plug/name_resolver.hpp"
#include "core/session/session.hpp"

#include <utility>

namespace plug {

using platform::error_code;
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

} // namespace

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
    error_code no_port;
    while (first || !cut_) {
        if (!first && !take_target(tried)) {
            if (!no_port) {
                given_no_target(std::move(tried));
                co_return false;
            }
            const bool may_try_again = co_await wait_for(where_->plug->of_ports, no_port);
            if (!may_try_again) {
                co_return false;
            }
            tried = {};
            continue;
        }
        if (failed_attempts_ > 0) {
            totals().retries.add();
            worker_.totals().retries.add();
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
        if (tried_now.what == attempt::outcome::no_local_address) {
            no_port = tried_now.error;
        }
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
            result = co_await reach(*where_, last_target_, target_, race_, worker_.network());
            result->began = began;
        }
        bool again = false;
        if (result->what == attempt::outcome::shortage) {
            again = co_await wait_for(worker_.counted().of_system(), result->error);
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
    plug.ask_for(where);
    const auto deadline = network.now() + resolve_patience;
    while (!cut_ && network.now() < deadline && plug.resolver->is_asking(where)) {
        co_await network.sleep_until(network.now() + resolve_poll);
    }
    co_return !cut_ && !are_same(*where->addresses(), *before);
}

/// Holds back the new clients that `whose` concerns, and this one for a moment. False = it has
/// waited for long enough.
task<bool> session::wait_for(shortage& whose, error_code lacking) {
    auto& network = worker_.network();
    const auto now = network.now();
    whose.note(lacking, now);
    if (cut_ || now - connected_at_ >= where_->plug->conf.connect_timeout) {
        co_return false;
    }
    co_await network.sleep_until(now + shortage_pause);
    co_return !cut_;
}

/// The connect that succeeded `began` then, where its time counts.
void session::note_connected(platform::clock::time_point began) {
    connected_ = true;
    connected_at_ = worker_.network().now();
    lease_.totals(worker_.number()).connected.add();
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
    if (failed.what != attempt::outcome::cancelled) {
        count_failed_connect(failed.what == attempt::outcome::target_failed);
    }
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

} // namespace plug
