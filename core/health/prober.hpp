// Runs one probe: connects to a target as its sessions do, and leads the dialogue of its check.
#pragma once

#include "core/health/dialogue.hpp"
#include "core/plug/address_race.hpp"
#include "core/plug/plug_runtime.hpp"
#include "platform/transport/transport.hpp"

#include <memory>
#include <optional>
#include <string>

namespace plug {

/// What is probed, and on which way.
struct probe_plan {
    /// Its fault_of() is empty.
    check_config check;
    /// With the port that the check asks for.
    std::shared_ptr<destination> where;
    /// The HTTPS proxy; null and unset = the target is reached directly.
    std::shared_ptr<destination> proxy;
    std::optional<https_proxy_config> via;
    outgoing_addresses outgoing;
};

/// What a probe came to.
struct probe_result {
    enum class verdict {
        passed,
        failed,
        /// Nothing was learned about the target: this system is short of something, the HTTPS proxy
        /// could not be reached, or the probe was cancelled.
        none
    };
    verdict what = verdict::none;
    /// Why, as one phrase; may hold a peer's own words.
    std::string reason;
    /// Nobody was reached: a name may lead elsewhere by now.
    bool led_astray = false;
    /// What is left to be done, see take_leave().
    step last;
};

/// Probes once by any check but `command`, within the check's timeout. `made` is empty, and holds
/// the connection afterwards if there is one; cancel() on it and on `race` ends the probe soon.
platform::task<probe_result> probe(std::shared_ptr<const probe_plan> plan,
                                   platform::connection& made, race_slot& race,
                                   platform::network& network);

/// Says farewell after the verdict `last`, hears the target out for a second at most, and closes.
platform::task<void> take_leave(step last, platform::connection& made, platform::network& network);

} // namespace plug
