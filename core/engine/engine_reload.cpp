// The part of the engine that goes over to another configuration while sessions run, in this order:
// a plug is made for each that is new or has changed, and new addresses are opened, which is all
// that can fail; then names are resolved, while clients still come to the plugs before. What those
// know goes over in one step, together with those who wait in their queues. Then the listeners go
// over, the sessions on targets that are gone end, and the checks are assigned anew.
#include "core/engine/address_change.hpp"
#include "core/engine/engine_implementation.hpp"
#include "core/monitor/report_escaped.hpp"

#include <future>
#include <new>
#include <unordered_map>
#include <utility>

namespace plug {

namespace {

/// How long a reload waits for workers: one that hangs must not hold it up.
constexpr std::chrono::seconds reload_patience{5};

std::unordered_map<std::string, std::shared_ptr<plug_runtime>>
by_name(const std::vector<std::shared_ptr<plug_runtime>>& plugs) {
    std::unordered_map<std::string, std::shared_ptr<plug_runtime>> named;
    for (const auto& plug : plugs) {
        named.emplace(plug->conf.name, plug);
    }
    return named;
}

} // namespace

std::optional<start_failure> engine::reload(configuration wanted) {
    auto& self = *implementation_;
    auto plugs = self.plugs_for(wanted);
    std::optional<start_failure> failure;
    passed_claims claims(self.passed);
    auto change = address_change::plan(self.bound, plugs, self.workers, claims, failure);
    if (!change) {
        return failure;
    }
    change->tell_plugs(self.bound);
    self.resolve_names(plugs);
    const auto successors = self.successors_in(plugs);
    auto checks = self.checks->plan(targets_of(change->prepare(self.bound)));
    // From here on nothing fails: short of memory it may forget, or leave a line out.
    {
        const std::lock_guard lock(self.view_mutex);
        for (const auto& [plug, next] : successors) {
            if (next != nullptr) {
                plug->hand_over_to(next);
            }
        }
        self.bound = (*std::move(change)).carry_out(std::move(self.bound), self.events);
        self.end_sessions_on_removed(successors);
        self.plugs = std::move(plugs);
        self.take_over(std::move(wanted));
        self.checks->carry_out(std::move(checks));
    }
    try {
        self.tell_unclaimed(claims);
        wait_for_workers();
    } catch (const std::bad_alloc&) {
        self.events.drop();
    }
    return std::nullopt;
}

void engine::implementation::take_over(configuration wanted) noexcept {
    const std::lock_guard lock(grace_mutex);
    config = std::move(wanted);
}

/// Clients that come from now on are to meet what was posted to the workers.
void engine::wait_for_workers() {
    const auto came_by = std::make_shared<std::promise<void>>();
    auto all_came_by = came_by->get_future();
    ask_workers([came_by] { came_by->set_value(); });
    all_came_by.wait_for(reload_patience);
}

/// The plugs that run already where they are equal.
engine::implementation::plug_list engine::implementation::plugs_for(const configuration& wanted) {
    const auto known = by_name(plugs);
    plug_list made;
    for (const auto& configured : wanted.plugs) {
        const auto found = known.find(configured.name);
        const auto before = found == known.end() ? nullptr : found->second;
        if (before == nullptr) {
            made.push_back(watched(
                std::make_shared<plug_runtime>(configured, events, &resolver, workers.size())));
        } else if (before->conf == configured) {
            made.push_back(before);
        } else {
            made.push_back(watched(std::make_shared<plug_runtime>(configured, *before)));
        }
    }
    return made;
}

/// The plugs that do not stay as they are, each with the one that takes its place; null = it is
/// gone.
engine::implementation::succession
engine::implementation::successors_in(const plug_list& next) const {
    const auto coming = by_name(next);
    succession changed;
    for (const auto& plug : plugs) {
        const auto found = coming.find(plug->conf.name);
        const auto successor = found == coming.end() ? nullptr : found->second;
        if (successor != plug) {
            changed.emplace_back(plug, successor);
        }
    }
    return changed;
}

void engine::implementation::end_sessions_on_removed(const succession& changed) const noexcept {
    for (const auto& [plug, next] : changed) {
        try {
            plug->end_sessions_on_removed(next.get());
        } catch (...) { // they go on until they end by themselves
            report_escaped{events, "end the sessions on removed targets"}(std::current_exception());
        }
    }
}

} // namespace plug
