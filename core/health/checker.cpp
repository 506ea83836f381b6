#include "core/health/checker.hpp"

#include "core/monitor/report_escaped.hpp"

#include <algorithm>
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

void checker::assign(std::span<const checked_target> all) {
    struct served_check {
        std::shared_ptr<running_check> check;
        std::vector<checked_target> served;
    };
    std::unordered_multimap<std::string, served_check> wanted;
    for (const auto& each : all) {
        if (!check_of(each)) {
            forget_check(each);
            continue;
        }
        auto plan = plan_for(each);
        const auto& key = *plan.where->label();
        auto [at, end] = wanted.equal_range(key);
        while (at != end && !are_equal(at->second.check->plan(), plan)) {
            ++at;
        }
        if (at == end) {
            auto check = take_running(key, plan);
            if (check == nullptr) {
                check = start(plan, *each.plug);
            }
            at = wanted.emplace(key, served_check{std::move(check), {}});
        }
        at->second.served.push_back(each);
    }
    for (const auto& [key, left] : std::exchange(running_, {})) {
        running_check::stop(left);
    }
    for (auto& [key, each] : wanted) {
        each.check->ask_for_names();
        each.check->serve(std::move(each.served));
        running_.emplace(key, std::move(each.check));
    }
}

std::optional<check_state> checker::state_of(const checked_target& asked) const {
    if (!check_of(asked)) {
        return std::nullopt;
    }
    const auto plan = plan_for(asked);
    const auto [first, last] = running_.equal_range(*plan.where->label());
    const auto found = std::find_if(
        first, last, [&](const auto& each) { return are_equal(each.second->plan(), plan); });
    return found == last ? std::nullopt : std::optional(found->second->state());
}

/// The check that runs already, which is then no longer among those that run; null = there is none.
std::shared_ptr<running_check> checker::take_running(const std::string& key,
                                                     const probe_plan& plan) {
    const auto [first, last] = running_.equal_range(key);
    for (auto at = first; at != last; ++at) {
        if (are_equal(at->second->plan(), plan)) {
            auto found = std::move(at->second);
            running_.erase(at);
            return found;
        }
    }
    return nullptr;
}

std::shared_ptr<running_check> checker::start(probe_plan plan, const plug_runtime& plug) {
    auto& home = *workers_[next_worker_++ % workers_.size()];
    plan.where->guard_with(plug.guard()); // where it has a port of its own
    auto check = std::make_shared<running_check>(std::move(plan), plug.conf.name, resolver_,
                                                 programs_, home);
    home.spawn(running_check::run(check), report_escaped{events_, "check a target"});
    return check;
}

} // namespace plug
