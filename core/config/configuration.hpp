// What the engine is told to do: plain data with its defaults. Command lines and the configuration
// file fill it in; validate() judges it; the engine reads it.
#pragma once

#include "core/config/address_forms.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plug {

/// How a target is picked from those that are up.
enum class policy {
    /// In turn, by weight.
    round_robin,
    /// The first of the list.
    first,
    /// The one with the fewest connections for its weight.
    least_connections,
    /// Of two drawn at random, the one with fewer connections for its weight.
    random_two,
    /// By the client's address, the same on every plug with the same targets (Maglev).
    source_hash
};

/// The highest weight of a target.
inline constexpr std::uint32_t highest_weight = 1000;

/// One target of a plug.
struct target_config {
    target_config() = default;
    // Not explicit: a host with its port is a target, with the defaults.
    target_config(host_port destination) : where(std::move(destination)) {}

    /// What logs call it, and what source_hash knows it by.
    [[nodiscard]] std::string label() const { return name.empty() ? to_text(where) : name; }

    host_port where;
    /// Stable where its address may change; empty = the address.
    std::string name;
    /// Its share beside the others, 0 to highest_weight; 0 = it gets no new clients but those that
    /// stick to it.
    std::uint32_t weight = 1;
    /// Picked only while no other target is up.
    bool backup = false;
};

/// The affinity table: a client address keeps going to the target that it got first.
struct affinity_config {
    bool enabled = false;
    /// How long an idle client is remembered; each connection renews it.
    std::chrono::seconds timeout{3600};
    /// The most clients that are remembered; beyond it the longest unused goes first.
    std::size_t capacity = 100'000;
};

/// An HTTPS proxy through which every target is reached with CONNECT (RFC 9110, 9.3.6).
struct https_proxy_config {
    host_port server;
    /// `user:password` for Basic authentication (RFC 7617); empty = none.
    std::string credentials;
    /// How long the proxy may take to answer.
    std::chrono::milliseconds reply_timeout{10'000};
};

/// One plug: listeners, access rules, pool.
struct plug_config {
    /// Names the plug in logs.
    std::string name;
    std::vector<listen_address> listen;
    std::vector<target_config> targets;
    plug::policy policy = plug::policy::round_robin;
    affinity_config affinity;
    /// After this time a target that is down is tried again; unset = only when all are down.
    std::optional<std::chrono::milliseconds> retry;
    /// How long a connect may go unanswered.
    std::chrono::milliseconds connect_timeout{5000};
    /// SO_KEEPALIVE on both connections of a session.
    bool keepalive = false;
    /// Clients that are accepted; empty = everyone.
    std::vector<network_prefix> allow;
    std::optional<https_proxy_config> via;
    /// Whether targets (and the HTTPS proxy) may be names.
    bool resolve_names = false;
};

/// The most worker threads that make sense on any machine.
inline constexpr unsigned most_threads = 256;

/// Everything that the engine runs.
struct configuration {
    std::vector<plug_config> plugs;
    /// Worker threads, 1 to 256; unset = as many as there are processors that the process may use.
    std::optional<unsigned> threads;
    /// How long sessions may go on after a stop; unset = as long as they like.
    std::optional<std::chrono::milliseconds> grace = std::chrono::seconds(30);
    /// See platform::network_options.
    std::chrono::microseconds spin{0};
};

} // namespace plug
