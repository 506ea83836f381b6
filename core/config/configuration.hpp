// What the engine is told to do: plain data with its defaults. Command lines and the configuration
// file fill it in; validate() judges it; the engine reads it.
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/bounds.hpp"
#include "core/config/check_config.hpp"
#include "core/config/named_values.hpp"

#include <array>
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

inline constexpr std::array<named_value<policy>, 5> policies{
    {{"round-robin", policy::round_robin},
     {"first", policy::first},
     {"least-connections", policy::least_connections},
     {"random-two", policy::random_two},
     {"source-hash", policy::source_hash}}};

[[nodiscard]] constexpr std::string_view name_of(policy named) noexcept {
    return name_in<policy>(policies, named);
}

/// The longest time that makes sense for what has no other end.
inline constexpr std::chrono::hours ten_years{24 * 3650};

/// How many connections a target can be limited to.
inline constexpr bounds<std::uint32_t> connection_limits{1, 10'000'000};

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
    /// Its share beside the others; 0 = it gets no new clients but those that stick to it.
    std::uint32_t weight = 1;
    static constexpr bounds<std::uint32_t> weights{0, 1000};
    /// Picked only while no other target is up.
    bool backup = false;
    /// The most connections at once, see connection_limits; unset = what the plug says.
    std::optional<std::uint32_t> max_connections;
    /// Unset = what the plug says.
    std::optional<check_config> check;

    bool operator==(const target_config&) const = default;
};

/// What becomes of the sessions on a target that is no longer to have any.
enum class session_fate {
    /// They go on until they end by themselves.
    keep,
    /// They have the grace time, and are reset then.
    drain,
    /// They are reset at once.
    close
};

inline constexpr std::array<named_value<session_fate>, 3> session_fates{
    {{"keep", session_fate::keep}, {"drain", session_fate::drain}, {"close", session_fate::close}}};

/// The affinity table: a client address keeps going to the target that it got first.
struct affinity_config {
    bool enabled = false;
    /// How long an idle client is remembered; each connection renews it.
    std::chrono::seconds timeout{3600};
    static constexpr bounds<std::chrono::seconds> timeouts{std::chrono::seconds(1), ten_years};
    /// The most clients that are remembered; beyond it the longest unused goes first.
    std::size_t capacity = 100'000;
    static constexpr bounds<std::size_t> capacities{1, 10'000'000};

    bool operator==(const affinity_config&) const = default;
};

/// An HTTPS proxy through which every target is reached with CONNECT (RFC 9110, 9.3.6).
struct https_proxy_config {
    host_port server;
    /// `user:password` for Basic authentication (RFC 7617); empty = none.
    std::string credentials;
    /// How long the proxy may take to answer.
    std::chrono::milliseconds reply_timeout{10'000};
    static constexpr bounds<std::chrono::milliseconds> reply_timeouts{std::chrono::milliseconds(1),
                                                                      std::chrono::hours(24)};

    bool operator==(const https_proxy_config&) const = default;
};

/// `[user:password@]host:port`, as --via has it.
[[nodiscard]] inline std::string to_text(const https_proxy_config& via) {
    return (via.credentials.empty() ? "" : via.credentials + "@") + to_text(via.server);
}

/// How long sessions that have reached their target may last; unset = for ever.
struct session_limits {
    static constexpr bounds<std::chrono::milliseconds> times{std::chrono::milliseconds(1),
                                                             ten_years};
    /// Without a byte in either direction.
    std::optional<std::chrono::milliseconds> idle;
    /// After one side has ended its stream, and without a byte from the other one since.
    std::optional<std::chrono::milliseconds> half_closed;
    /// From the accept on, whatever moves.
    std::optional<std::chrono::milliseconds> age;
    /// The part of the age by which a session may end earlier, 0 to 1, so that those that began
    /// together do not come back together.
    double age_jitter = 0.1;
    static constexpr bounds<double> age_jitters{0, 1};

    bool operator==(const session_limits&) const = default;
};

/// What a client meets when every target that it may go to carries its most connections.
struct queue_config {
    /// The most clients that wait at once; beyond it they are closed.
    std::size_t capacity = 1000;
    static constexpr bounds<std::size_t> capacities{0, 1'000'000};
    /// How long one waits before it is closed.
    std::chrono::milliseconds timeout{5000};
    static constexpr bounds<std::chrono::milliseconds> timeouts{std::chrono::milliseconds(1),
                                                                std::chrono::hours(24)};

    bool operator==(const queue_config&) const = default;
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
    static constexpr bounds<std::chrono::milliseconds> retries{std::chrono::milliseconds(1),
                                                               ten_years};
    /// How long a connect may go unanswered.
    std::chrono::milliseconds connect_timeout{5000};
    static constexpr bounds<std::chrono::milliseconds> connect_times{std::chrono::milliseconds(1),
                                                                     std::chrono::hours(24)};
    /// SO_KEEPALIVE on both connections of a session.
    bool keepalive = false;
    /// Clients that are accepted; empty = everyone.
    std::vector<network_prefix> allow;
    std::optional<https_proxy_config> via;
    /// Whether targets (and the HTTPS proxy) may be names.
    bool resolve_names = false;
    /// The most connections at once on each target, see connection_limits; unset = no limit.
    std::optional<std::uint32_t> max_connections;
    queue_config queue;
    /// How long a target that has come back takes to get its full weight; 0 = none.
    std::chrono::milliseconds slow_start{0};
    static constexpr bounds<std::chrono::milliseconds> slow_starts{std::chrono::milliseconds(0),
                                                                   std::chrono::hours(24)};
    /// Policy random_two weighs a target's connections by how long its connects take.
    bool weigh_connect_time = false;
    /// How every target is checked that has no check of its own; unset = not at all.
    std::optional<check_config> check;
    session_limits limits;
    /// Of a target that goes down, by its check or by a failed connect.
    session_fate on_down = session_fate::keep;
    /// Of a target that a reload has taken out of the plug.
    session_fate on_removed = session_fate::drain;

    bool operator==(const plug_config&) const = default;
};

/// Everything that the engine runs.
struct configuration {
    std::vector<plug_config> plugs;
    /// Worker threads; unset = as many as there are processors that the process may use.
    std::optional<unsigned> threads;
    static constexpr bounds<unsigned> thread_counts{1, 256};
    /// How long sessions may go on after a stop; unset = as long as they like.
    std::optional<std::chrono::milliseconds> grace = std::chrono::seconds(30);
    static constexpr bounds<std::chrono::milliseconds> grace_times{std::chrono::milliseconds(0),
                                                                   ten_years};
    /// See platform::network_options.
    std::chrono::microseconds spin{0};
    static constexpr bounds<std::chrono::microseconds> spins{std::chrono::microseconds(0),
                                                             std::chrono::milliseconds(10)};

    bool operator==(const configuration&) const = default;
};

} // namespace plug
