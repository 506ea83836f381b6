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

/// The target of a probe, and the way to it.
struct probe_plan {
    /// Its fault_of() is empty.
    check_config check;
    /// The target, with the port of the check.
    std::shared_ptr<destination> target;
    /// The HTTPS proxy; null and unset = the target is reached directly.
    std::shared_ptr<destination> proxy;
    std::optional<https_proxy_config> via;
    outgoing_addresses outgoing;
};

/// The result of a probe.
struct probe_result {
    enum class verdict {
        passed,
        failed,
        /// The probe says nothing about the target: this system is short of something, the HTTPS
        /// proxy could not be reached, or the probe was cancelled.
        none
    };
    verdict what = verdict::none;
    /// Why, as one phrase; may hold a peer's own words.
    std::string reason;
    /// The connect failed: the addresses of a name may have changed.
    bool led_astray = false;
    /// The step that is left to be done, see take_leave().
    step last;
};

/// Probes once by any check but `command`, within the check's timeout. `connection` is empty, and
/// afterwards holds the connection, if there is one; cancel() on it and on `race` ends the probe
/// soon.
platform::task<probe_result> probe(std::shared_ptr<const probe_plan> plan,
                                   platform::connection& connection, race_slot& race,
                                   platform::network& network);

/// Sends the farewell of the verdict `last`, reads for a second at most, and closes.
platform::task<void> take_leave(step last, platform::connection& connection,
                                platform::network& network);

} // namespace plug
