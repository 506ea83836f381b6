#include "core/plug_runtime.hpp"

#include <algorithm>
#include <utility>

namespace plug {

plug_runtime::plug_runtime(plug_config configured, event_sink& sink, name_resolver* names)
    : conf(std::move(configured)), events(sink), resolver(names),
      targets(conf.targets, conf.policy, conf.affinity, conf.retry) {
    destinations_.reserve(conf.targets.size());
    for (const auto& target : conf.targets) {
        destinations_.push_back(std::make_shared<destination>(target.where));
    }
    if (conf.via) {
        proxy_ = std::make_shared<destination>(conf.via->server);
    }
}

bool plug_runtime::admits(const address& client) const noexcept {
    return conf.allow.empty() ||
           std::any_of(conf.allow.begin(), conf.allow.end(),
                       [&](const network_prefix& net) { return net.contains(client); });
}

} // namespace plug
