#include "core/health/running_check.hpp"

#include "core/health/command_check.hpp"
#include "core/picking/random_numbers.hpp"
#include "core/plug/name_resolver.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <random>
#include <tuple>
#include <utility>

namespace plug {

using platform::clock;
using platform::task;

namespace {

/// The longest time for which a stopped check may sleep on.
constexpr std::chrono::seconds longest_sleep{10};

/// In [0, 1).
double drawn(random_numbers& random) {
    constexpr auto range = std::numeric_limits<std::uint32_t>::max();
    return static_cast<double>(random.below(range)) / static_cast<double>(range);
}

/// By the place of its plug in memory, and its number there.
bool comes_before(const checked_target& one, const checked_target& other) {
    return std::tie(one.plug, one.target) < std::tie(other.plug, other.target);
}

} // namespace

void report_probe(const checked_target& target, const check_finding& finding, std::string action,
                  std::string reason) {
    const auto news = target.plug->targets.report_check(target.target, finding);
    const auto& label = target.plug->target(target.target)->label();
    if (news == health_news::down) {
        target.plug->events.publish(
            target_down{target.listener, label, std::move(action), std::move(reason)});
        target.plug->end_sessions_on(target.target);
    } else if (news == health_news::up) {
        target.plug->events.publish(target_up{target.listener, label});
    }
}

running_check::running_check(probe_plan plan, std::string plug, name_resolver* resolver,
                             program_runner& programs, worker& home)
    : plan_(std::make_shared<const probe_plan>(std::move(plan))), plug_(std::move(plug)),
      resolver_(resolver), programs_(programs), home_(home),
      health_(plan_->check.rise, plan_->check.fall) {}

void running_check::start(const std::shared_ptr<running_check>& self, event_sink& events) noexcept {
    self->home_.keep(self, events);
}

task<void> running_check::go_on() {
    const auto& check = plan_->check;
    auto& network = home_.network();
    random_numbers random(std::random_device{}());
    auto due = network.now() + until_first_probe(check, drawn(random));
    while (true) {
        const bool goes_on = co_await wait_until(due);
        if (!goes_on) {
            co_return;
        }
        due = network.now() + until_next_probe(check, drawn(random));
        if (check.kind == check_kind::command) {
            run_program();
            continue;
        }
        auto result = co_await probe(plan_, connection_, race_, network);
        take(result);
        co_await take_leave(std::move(result.last), connection_, network);
    }
}

/// False = it was stopped.
task<bool> running_check::wait_until(clock::time_point due) {
    auto& network = home_.network();
    while (!stopped_ && network.now() < due) {
        co_await network.sleep_until(
            std::min<clock::time_point>(due, network.now() + longest_sleep));
    }
    co_return !stopped_;
}

/// One at a time: a probe is left out while a program is killed late or waits for others.
void running_check::run_program() {
    if (program_is_running_) {
        return;
    }
    auto program = program_of(*plan_, plug_);
    program_is_running_ = true;
    try {
        programs_.run(std::move(program),
                      [self = shared_from_this()](const platform::child_end& end) {
                          self->program_ended(end);
                      });
    } catch (...) {
        program_is_running_ = false;
        throw;
    }
}

/// Called on the thread that ran the program.
void running_check::program_ended(const platform::child_end& end) noexcept {
    try {
        program_end_ = end;
    } catch (const std::bad_alloc&) {
        program_end_ = {platform::child_end::kind::shortage, 0, {}}; // it does not count
    }
    home_.post(memory_to_report_, [self = shared_from_this()] {
        self->program_is_running_ = false;
        self->take(judged(self->plan_->check, self->program_end_));
    });
}

void running_check::take(const probe_result& result) {
    if (result.led_astray) {
        ask_for_names();
    }
    if (result.what == probe_result::verdict::none) {
        return;
    }
    const bool passed = result.what == probe_result::verdict::passed;
    const std::lock_guard lock(mutex_);
    passed ? health_.passed() : health_.failed();
    reason_ = result.reason;
    probed_at_ = home_.network().now();
    for (const auto& target : served_) {
        report(target, passed);
    }
}

void running_check::report(const checked_target& target, bool passed) const {
    report_probe(target, {passed, health_.up(), plan_->check.rise},
                 std::string(name_of(plan_->check.kind)) + " check of", reason_);
}

void running_check::ask_for_names() {
    const auto& peer = plan_->proxy != nullptr ? plan_->proxy : plan_->target;
    if (resolver_ != nullptr && peer->is_name()) {
        resolver_->ask(peer, plug_);
    }
}

void running_check::serve(std::vector<checked_target> served) noexcept {
    const std::lock_guard lock(mutex_);
    auto before = std::exchange(served_, std::move(served));
    std::ranges::sort(before, comes_before);
    for (const auto& target : served_) {
        if (!health_.probed() || std::ranges::binary_search(before, target, comes_before)) {
            continue;
        }
        try {
            report(target, health_.up());
        } catch (const std::bad_alloc&) { // the next probe reports it again
            target.plug->events.drop();
        }
    }
}

check_state running_check::state() const {
    const std::lock_guard lock(mutex_);
    return {plan_->check.kind, health_.probed(),          health_.up(),
            reason_,           clock::now() - probed_at_, health_.contrary()};
}

void running_check::stop(const std::shared_ptr<running_check>& self) noexcept {
    self->stopped_ = true;
    self->serve({});
    self->home_.post(self->memory_to_stop_, [self] {
        self->connection_.cancel();
        self->race_.cancel();
    });
}

} // namespace plug
