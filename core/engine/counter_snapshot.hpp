// All that an engine has counted, as of one moment; see core/monitor/counters.hpp.
#pragma once

#include "core/monitor/counters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plug {

struct counter_snapshot {
    struct target {
        std::string name;
        target_totals totals;
        /// Connections that it carries, or that are about to reach it.
        std::uint32_t connections = 0;
    };
    /// Counted from the first configuration on that had the plug, or the target in it.
    struct plug {
        std::string name;
        session_totals totals;
        std::vector<target> targets;
    };
    /// Of all plugs, those that are gone too.
    std::vector<session_totals> workers;
    std::vector<plug> plugs;
};

} // namespace plug
