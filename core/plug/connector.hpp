// Connects a session, or a probe, to a target: directly, or through the HTTPS proxy.
#pragma once

#include "core/plug/address_race.hpp"
#include "core/plug/plug_runtime.hpp"
#include "platform/transport/transport.hpp"

#include <string>

namespace plug {

/// What became of one attempt to reach a target.
struct attempt {
    enum class outcome {
        connected,
        /// The target is at fault: try another one.
        target_failed,
        /// The HTTPS proxy is at fault, and no target.
        proxy_failed,
        /// This system has no descriptor or memory left: nobody is at fault, try again later.
        shortage,
        /// This system has no port or address left towards this target: another one may do.
        no_local_address,
        /// cancel() was called on the connection.
        cancelled
    };
    outcome what = outcome::connected;
    platform::error_code error;
    /// Where it failed: what was being done ("connect to"), and why. May hold a peer's own words.
    std::string action;
    std::string reason;
    /// When it began, where its time is measured.
    platform::clock::time_point began{};
};

/// The way to a target. What it points to must live until the attempt has ended.
struct route {
    outgoing_addresses outgoing;
    bool keepalive = false;
    /// For all addresses of a name together.
    std::chrono::milliseconds connect_timeout{5000};
    /// Both null = directly.
    destination* proxy = nullptr;
    const https_proxy_config* via = nullptr;
    /// For the whole attempt.
    platform::clock::time_point deadline = platform::never;
};

/// What a direct connect to a target came to that ended in `error`.
attempt judge_connect(const platform::error_code& error);

/// Whether every target is an address and is reached directly: then connect_plainly() will do.
[[nodiscard]] bool is_plain(const plug_runtime& plug) noexcept;

/// As reach(), for a target of a plain plug, and without a coroutine.
void connect_plainly(const listening& from, std::uint32_t target, platform::connection& made,
                     platform::network& network, platform::connect_observer& observer);

/// Connects `made` to target number `target` of the plug, within the plug's connect timeout. Where
/// the target is a name with several addresses, all of them may be tried, and what ends the attempt
/// is `race`; otherwise made.cancel() does.
platform::task<attempt> reach(const listening& from, std::uint32_t target,
                              platform::connection& made, race_slot& race,
                              platform::network& network);

/// The same, to any destination.
platform::task<attempt> reach(route way, destination& wanted, platform::connection& made,
                              race_slot& race, platform::network& network);

} // namespace plug
