#include "core/engine/explanation.hpp"

#include "core/health/checker.hpp"

namespace plug {

plug_explanation explain(const listening& where, const address& client, const checker* checks) {
    const auto& plug = *where.plug;
    plug_explanation told;
    told.conf = plug.conf;
    told.client = unmapped(client);
    told.admitted = plug.admits(told.client);
    if (const auto* const rule = plug.rule_for(told.client)) {
        told.rule = *rule;
    }
    told.pool = plug.targets.explain(told.client, std::chrono::steady_clock::now());
    std::vector<checked_target> targets;
    add_targets(targets, where);
    for (const auto& each : targets) {
        told.checks.push_back(checks == nullptr ? std::nullopt : checks->state_of(each));
    }
    return told;
}

} // namespace plug
