// The targets of a plug, the policy that picks one, and the affinity table.
#pragma once

#include "core/balance/affinity_table.hpp"
#include "core/balance/lease.hpp"
#include "core/balance/target_health.hpp"
#include "core/balance/tier.hpp"
#include "core/config/configuration.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plug {

/// The targets that one client has tried in vain. Holds no memory until the first is added.
class tried_targets {
public:
    void add(std::uint32_t target);
    [[nodiscard]] bool contains(std::uint32_t target) const noexcept {
        return target < flags_.size() && flags_[target];
    }
    [[nodiscard]] bool empty() const noexcept { return flags_.empty(); }

private:
    std::vector<bool> flags_;
};

/// What one probe of a target's check has found.
struct check_finding {
    bool passed = false;
    /// What the check makes of the target, this probe included.
    bool up = true;
    /// So many probes in a row bring back a target that a connect could not reach; at least 1.
    unsigned rise = 1;
};

/// What has changed about a target for those who read logs.
enum class health_news { none, down, up };

/// Picks targets and learns from what becomes of the picks. Pure, no sockets, the clock is an
/// argument. Thread-safe: it belongs to the plug and serves all workers, so that rotation and
/// affinity are exact over the whole process.
class pool final : private lessor {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `targets` are at least one; what is kept of them are their names, weights and order.
    pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry);

    /// As above, in the place of `before` after a reload. Targets of the same label share their
    /// count of connections and keep their clients; those whose address is the same too keep what
    /// is known of their health; where a check was the source of that, whoever has removed or
    /// changed it reports so. Leases of `before` may go on for any time.
    pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry, pool& before);

    /// `next` was made in the place of this pool: it hears of the leases that still end here.
    void hand_over_to(std::shared_ptr<pool> next);

    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    /// A target for `client` that is not among `tried`, or an empty lease when there is none left
    /// to try. Targets that are down are left out, unless their retry time has come, or all others
    /// have been tried; when all are down, all are made available again and the first is taken.
    /// One that its check calls down is left out whatever connects have taught, as long as there is
    /// another one that is not; when checks call all of them down, none is heeded: a check that is
    /// wrong about all of them must not end a service that works.
    /// Backups are left out while another target may be picked; those of weight 0 are picked for
    /// clients alone that stick to them.
    lease pick(const boost::asio::ip::address& client, const tried_targets& tried, time_point now);

    /// The target was connected to. True = it was announced as down before: news.
    bool report_connected(std::uint32_t target);

    /// The target could not be reached. True = it was not announced as down before: news.
    bool report_failed(std::uint32_t target, time_point now);

    /// A probe of the target's check has ended, or a check that had been made before takes effect
    /// on this pool.
    health_news report_check(std::uint32_t target, const check_finding& found);

    /// The target has no check any more: what one has said counts no longer.
    health_news forget_check(std::uint32_t target);

    /// Connections that the target carries at this moment.
    [[nodiscard]] std::uint32_t connections(std::uint32_t target) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    using maybe_target = std::optional<std::uint32_t>;

    /// What a target is known by in the pool that comes after this one.
    struct identity {
        std::string label;
        host_port where;
    };

    /// A target that is down and rests until it may be tried again.
    struct rest {
        std::uint32_t target;
        time_point since;
    };

    pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry, pool* before);
    static std::vector<identity> identities_of(std::span<const target_config> targets);
    static std::vector<std::shared_ptr<connection_count>>
    counts_for(std::span<const target_config> targets, const pool* before);
    void connection_ended(std::uint32_t target) noexcept override;
    void take_over(pool& before);
    void take_over_health(std::uint32_t target, const target_health& known);
    [[nodiscard]] maybe_target choose(const client_key& client, const tried_targets& tried);
    [[nodiscard]] maybe_target last_resort(const tried_targets& tried);
    [[nodiscard]] bool none_is_up() const noexcept;
    [[nodiscard]] bool usable(std::uint32_t target, const tried_targets& tried,
                              time_point now) const noexcept;
    lease take(std::uint32_t target, time_point now);
    void give_all_another_chance();
    void begin_rest(std::uint32_t target, time_point now);
    void end_rests(time_point now);
    [[nodiscard]] bool is_held_down(std::uint32_t target) const noexcept;
    void count_check(std::uint32_t target, bool up);
    void note_news(health_news news) noexcept;
    void update(std::uint32_t target);
    void update_all();
    [[nodiscard]] tier& tier_of(std::uint32_t target) noexcept {
        return is_backup_[target] ? backups_ : primary_;
    }

    const std::size_t size_;
    const std::optional<std::chrono::milliseconds> retry_;
    const std::vector<identity> identities_;
    const std::vector<std::shared_ptr<connection_count>> connections_;
    const std::vector<bool> is_backup_;
    const std::vector<bool> has_weight_;

    /// Targets that are not available; while there are none, an even rotation takes no lock.
    std::atomic<std::size_t> unavailable_{0};
    /// Targets that the logs call down; while there are none, a connect that succeeds is no news.
    std::atomic<std::size_t> announced_{0};

    std::mutex mutex_; // guards what follows, but for primary_.take_turn()
    tier primary_;
    tier backups_;
    std::vector<target_health> health_;
    /// In the order of their beginning; each target at most once.
    std::deque<rest> rests_;
    std::vector<bool> is_resting_;
    /// Left out since a connect failed.
    std::vector<bool> is_out_;
    /// What `unavailable_` counts.
    std::vector<bool> is_unavailable_;
    /// Targets with a weight that no check calls down; while there are none, checks are not heeded.
    std::size_t not_called_down_;
    std::optional<affinity_table> affinity_;
    /// No pick needs to look at anything but whose turn it is.
    const bool is_simple_;
    /// The pool that took the place of this one, and the numbers that the targets have there.
    std::shared_ptr<pool> next_;
    std::vector<maybe_target> numbers_in_next_;
};

} // namespace plug
