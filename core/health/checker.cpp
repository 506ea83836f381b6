#include "core/health/checker.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace plug {

namespace {

const std::optional<check_config>& check_of(const checked_target& each) {
    const auto& plug = each.plug->conf;
    const auto& own = plug.targets[each.target].check;
    return own ? own : plug.check;
}

probe_plan plan_for(const checked_target& each) {
    probe_plan plan{*check_of(each), each.plug->target(each.target), each.plug->proxy(),
                    each.plug->conf.via, each.outgoing};
    auto where = plan.where->configured();
    if (plan.check.port && *plan.check.port != where.port) {
        where.port = *plan.check.port;
        plan.where = std::make_shared<destination>(where);
    }
    return plan;
}

/// It may have had one before a reload.
void forget_check(const checked_target& each) {
    if (each.plug->targets.forget_check(each.target) == health_news::up) {
        each.plug->events.publish(
            target_up{each.listener, each.plug->target(each.target)->label()});
    }
}

bool are_equal(const probe_plan& one, const probe_plan& other) {
    return one.where->configured() == other.where->configured() && one.check == other.check &&
           one.via == other.via && one.outgoing == other.outgoing;
}

} // namespace

void add_targets(std::vector<checked_target>& all, const listening& where) {
    for (std::uint32_t index = 0; index < where.plug->target_count(); ++index) {
        all.push_back({where.plug, index, where.label, where.outgoing});
    }
}

checker::checker(event_sink& events, name_resolver* resolver,
                 std::span<const std::unique_ptr<worker>> workers)
    : events_(events), resolver_(resolver), workers_(workers) {}

struct checker::assignment {
    struct served_check {
        std::shared_ptr<running_check> check;
        std::vector<checked_target> served;
        bool is_new = false;
    };
    std::unordered_multimap<std::string, served_check> wanted;
    checks running;
    std::unordered_set<const running_check*> stay;
    std::vector<checked_target> unchecked;
};

checker::~checker() = default;

std::shared_ptr<checker::assignment> checker::plan(std::span<const checked_target> all) {
    auto next = std::make_shared<assignment>();
    for (const auto& each : all) {
        if (!check_of(each)) {
            next->unchecked.push_back(each);
            continue;
        }
        auto plan = plan_for(each);
        const auto& key = *plan.where->label();
        auto [at, end] = next->wanted.equal_range(key);
        while (at != end && !are_equal(at->second.check->plan(), plan)) {
            ++at;
        }
        if (at == end) {
            auto check = find_running(key, plan);
            const bool is_new = check == nullptr;
            if (is_new) {
                check = make(plan, *each.plug);
            }
            check->ask_for_names();
            next->running.emplace(key, check);
            next->stay.insert(check.get());
            at = next->wanted.emplace(key, assignment::served_check{std::move(check), {}, is_new});
        }
        at->second.served.push_back(each);
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
    for (auto& [key, each] : next->wanted) {
        each.check->serve(std::move(each.served));
        if (each.is_new) {
            running_check::start(each.check, events_);
        }
    }
}

void checker::stop() noexcept {
    for (const auto& [key, each] : running_) {
        running_check::stop(each);
    }
    running_.clear();
}

std::optional<check_state> checker::state_of(const checked_target& asked) const {
    if (!check_of(asked)) {
        return std::nullopt;
    }
    const auto plan = plan_for(asked);
    const auto found = find_running(*plan.where->label(), plan);
    return found == nullptr ? std::nullopt : std::optional(found->state());
}

/// The check that runs already; null = there is none.
std::shared_ptr<running_check> checker::find_running(const std::string& key,
                                                     const probe_plan& plan) const {
    const auto [first, last] = running_.equal_range(key);
    const auto found = std::find_if(
        first, last, [&](const auto& each) { return are_equal(each.second->plan(), plan); });
    return found == last ? nullptr : found->second;
}

std::shared_ptr<running_check> checker::make(probe_plan plan, const plug_runtime& plug) {
    auto& home = *workers_[next_worker_++ % workers_.size()];
    plan.where->guard_with(plug.guard()); // where it has a port of its own
    return std::make_shared<running_check>(std::move(plan), plug.conf.name, resolver_, programs_,
                                           home);
}

} // namespace plug
