// One plug as it runs: its configuration with the pool and the destinations that were made from it.
#pragma once

#include "core/balance/pool.hpp"
#include "core/config/configuration.hpp"
#include "core/monitor/counters.hpp"
#include "core/monitor/event.hpp"
#include "core/plug/destination.hpp"
#include "core/plug/session_limits.hpp"
#include "core/plug/shortage.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plug {

class introduction;
class name_resolver;

/// By label.
using known_destinations = std::unordered_map<std::string, std::shared_ptr<destination>>;

/// The local addresses that outgoing connections are made from.
struct outgoing_addresses {
    std::optional<address> v4;
    std::optional<address> v6;

    bool operator==(const outgoing_addresses&) const = default;

    /// The one that fits the family of `target`; unset = the system chooses.
    [[nodiscard]] std::optional<address> towards(const address& target) const {
        return target.is_v4() ? v4 : v6;
    }
};

class plug_runtime;

/// Where the plugs of a reload find the one that is in their place now.
struct newest_plug {
    std::mutex mutex; // guards what follows
    std::weak_ptr<plug_runtime> plug;
};

/// Belongs to the plug and not to a worker: every worker's sessions share it. Thread-safe.
class plug_runtime {
public:
    /// `resolver` may be null where the configuration holds no names that we resolve. Both must
    /// outlive the plug. `workers` are to count in it.
    plug_runtime(plug_config configured, event_sink& sink, name_resolver* names,
                 std::size_t workers = 1);

    /// As above, to take the place of `before`, which a reload has changed: shares what is known of
    /// the addresses of the targets that both have, the count of their connections, and all that
    /// is counted. Everything else comes with hand_over_to().
    plug_runtime(plug_config configured, const plug_runtime& before);

    /// Ends sessions on targets, over all workers; set by the engine before the first client.
    using end_sessions =
        std::function<void(const destination_group& targets, session_fate fate, session_end why)>;
    void end_sessions_by(end_sessions end) { end_sessions_ = std::move(end); }

    /// `target` has gone down: its sessions meet what the plug says of that. Any thread.
    void end_sessions_on(std::uint32_t target) const;

    /// The same for the targets that `next`, which was made in the place of this one, does not
    /// have; null = the plug is gone, and those who wait for its targets go too. Where such
    /// sessions are to be kept, nothing happens: those who wait stay as well.
    void end_sessions_on_removed(const plug_runtime* next);

    /// From now on addresses that lead back to one of these, where the plug listens, are none of
    /// its names'; before that it is to those of its configuration. Belongs to the engine's thread.
    void listens_on(std::vector<listen_address> own);

    /// Keeps addresses of the plug itself out of a name. Belongs to the engine's thread.
    [[nodiscard]] const destination::guard& guard() const noexcept { return guard_; }

    /// The names that we resolve.
    [[nodiscard]] std::vector<std::shared_ptr<destination>> names() const;

    /// Asks it for `where`, which is a name.
    void ask_for(const std::shared_ptr<destination>& where) const;

    /// `next` was made in the place of this one and nobody has used it yet: it learns what this one
    /// knows at this moment of the targets, clients and the proxy that both have. `next` hears of
    /// the end of sessions that began here. This one holds nothing of it.
    void hand_over_to(const std::shared_ptr<plug_runtime>& next) noexcept;

    /// The last one that a reload has put in the place of this one, or of one that was put there.
    /// Null = it is gone, and the plug with it. For those whom the pool has told that there is one.
    [[nodiscard]] std::shared_ptr<plug_runtime> newest() const;

    /// Clients say who they are before they are let in; set before the first client. Null, as it is
    /// at first = the address of their peer says so.
    void introduce_by(std::shared_ptr<const introduction> asked) noexcept {
        introduction_ = std::move(asked);
    }
    [[nodiscard]] const std::shared_ptr<const introduction>& introduced_by() const noexcept {
        return introduction_;
    }

    const plug_config conf;
    event_sink& events;
    name_resolver* const resolver;
    const std::shared_ptr<const session_counters> totals;
    pool targets;
    /// Of local addresses, or of ports towards its targets.
    shortage of_ports;

    [[nodiscard]] const std::shared_ptr<destination>& target(std::uint32_t index) const {
        return destinations_[index];
    }
    [[nodiscard]] std::size_t target_count() const noexcept { return destinations_.size(); }

    /// The HTTPS proxy; null = targets are reached directly.
    [[nodiscard]] const std::shared_ptr<destination>& proxy() const noexcept { return proxy_; }

    /// Whether the access rules let `client` in.
    [[nodiscard]] bool admits(const address& client) const noexcept {
        return conf.allow.empty() || rule_for(client) != nullptr;
    }

    /// The first access rule that lets `client` in; null = none does.
    [[nodiscard]] const network_prefix* rule_for(const address& client) const noexcept;

    /// The HTTPS proxy could (not) be reached. True = that is news.
    bool report_proxy(bool reached) noexcept { return proxy_down_.exchange(!reached) == reached; }

private:
    void make_destinations(const known_destinations& before);

    std::vector<std::shared_ptr<destination>> destinations_;
    std::shared_ptr<destination> proxy_;
    destination::guard guard_;
    end_sessions end_sessions_;
    std::shared_ptr<const introduction> introduction_;
    std::atomic<bool> proxy_down_{false};
    const std::shared_ptr<newest_plug> newest_;
};

/// What sessions need of their listener and their plug to the end. All that they hold while they
/// relay, beside their target: the plug may be gone, and what it knows of hundreds of targets.
struct session_terms {
    std::shared_ptr<const listener_label> label;
    event_sink& events;
    std::shared_ptr<const session_counters> totals;
    session_limits limits;
    /// How often sessions are to be held to the limits; unset = there are none.
    std::optional<std::chrono::milliseconds> watch_interval;
};

/// A listener as its sessions know it.
struct listening {
    listening(std::shared_ptr<plug_runtime> served, std::shared_ptr<const listener_label> known_as,
              outgoing_addresses from);

    std::shared_ptr<plug_runtime> plug;
    std::shared_ptr<const listener_label> label;
    outgoing_addresses outgoing;
    std::shared_ptr<const session_terms> terms;
};

} // namespace plug
