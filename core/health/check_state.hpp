// The state of the check of a target.
#pragma once

#include "core/config/check_config.hpp"

#include <chrono>
#include <string>

namespace plug {

struct check_state {
    check_kind kind = check_kind::tcp;
    /// False = it has not probed yet, and the target is assumed up.
    bool probed = false;
    bool up = true;
    /// Why the last probe passed or failed; may hold a peer's own words.
    std::string reason;
    /// Since the last probe ended.
    std::chrono::steady_clock::duration ago{0};
    /// Probes in a row that spoke against `up`.
    unsigned contrary = 0;
};

} // namespace plug
