#include "core/health/checker.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace plug {

namespace {

const std::optional<check_config>& check_of(const checked_target& target) {
    const auto& plug = target.plug->conf;
    const auto& own = plug.targets[target.target].check;
    return own ? own : plug.check;
}

probe_plan plan_for(const checked_target& target) {
    probe_plan plan{*check_of(target), target.plug->target(target.target), target.plug->proxy(),
                    target.plug->conf.via, target.outgoing};
    auto address = plan.target->configured();
    if (plan.check.port && *plan.check.port != address.port) {
        address.port = *plan.check.port;
        plan.target = std::make_shared<destination>(address);
    }
    return plan;
}

/// The target may have had a check before a reload.
void forget_check(const checked_target& target) {
    if (target.plug->targets.forget_check(target.target) == health_news::up) {
        target.plug->events.publish(
            target_up{target.listener, target.plug->target(target.target)->label()});
    }
}

bool are_equal(const probe_plan& one, const probe_plan& other) {
    return one.target->configured() == other.target->configured() && one.check == other.check &&
           one.via == other.via && one.outgoing == other.outgoing;
}

} // namespace

void add_targets(std::vector<checked_target>& all, const listening& listener) {
    for (std::uint32_t index = 0; index < listener.plug->target_count(); ++index) {
        all.push_back({listener.plug, index, listener.label, listener.outgoing});
    }
}

checker::checker(event_sink& events, name_resolver* resolver,
                 std::span<const std::unique_ptr<worker>> workers)
    : events_(events), resolver_(resolver), workers_(workers) {}

struct checker::assignment {
    struct served_check {
        std::shared_ptr<running_check> check;
        std::vector<checked_target> targets;
        bool is_new = false;
    };
    /// By the name of the target.
    std::unordered_multimap<std::string, served_check> served;
    checks running;
    std::unordered_set<const running_check*> stay;
    std::vector<checked_target> unchecked;
};

checker::~checker() = default;

std::shared_ptr<checker::assignment> checker::plan(std::span<const checked_target> all) {
    auto next = std::make_shared<assignment>();
    for (const auto& target : all) {
        if (!check_of(target)) {
            next->unchecked.push_back(target);
            continue;
        }
        auto plan = plan_for(target);
        const auto& key = *plan.target->label();
        auto [at, end] = next->served.equal_range(key);
        while (at != end && !are_equal(at->second.check->plan(), plan)) {
            ++at;
        }
        if (at == end) {
            auto check = find_running(key, plan);
            const bool is_new = check == nullptr;
            if (is_new) {
                check = make(plan, *target.plug);
            }
            check->ask_for_names();
            next->running.emplace(key, check);
            next->stay.insert(check.get());
            at = next->served.emplace(key, assignment::served_check{std::move(check), {}, is_new});
        }
        at->second.targets.push_back(target);
    }
    return next;
}

void checker::carry_out(std::shared_ptr<assignment> next) noexcept {
    std::ranges::for_each(next->unchecked, forget_check);
    running_.swap(next->running);
    for (const auto& [key, before] : next->running) {
        if (!next->stay.contains(before.get())) {
            running_check::stop(before);
        }
    }
    for (auto& [key, entry] : next->served) {
        entry.check->serve(std::move(entry.targets));
        if (entry.is_new) {
            running_check::start(entry.check, events_);
        }
    }
}

void checker::stop() noexcept {
    for (const auto& [key, check] : running_) {
        running_check::stop(check);
    }
    running_.clear();
}

std::optional<check_state> checker::state_of(const checked_target& target) const {
    if (!check_of(target)) {
        return std::nullopt;
    }
    const auto plan = plan_for(target);
    const auto check = find_running(*plan.target->label(), plan);
    return check == nullptr ? std::nullopt : std::optional(check->state());
}

/// The check that already runs by this plan; null = there is none.
std::shared_ptr<running_check> checker::find_running(const std::string& key,
                                                     const probe_plan& plan) const {
    const auto [first, last] = running_.equal_range(key);
    const auto entry = std::find_if(
        first, last, [&](const auto& check) { return are_equal(check.second->plan(), plan); });
    return entry == last ? nullptr : entry->second;
}

std::shared_ptr<running_check> checker::make(probe_plan plan, const plug_runtime& plug) {
    auto& home = *workers_[next_worker_++ % workers_.size()];
    plan.target->guard_with(plug.guard()); // needed if it has a port of its own
    return std::make_shared<running_check>(std::move(plan), plug.conf.name, resolver_, programs_,
                                           home);
}

} // namespace plug
