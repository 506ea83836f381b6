// The targets of a plug, the policy that picks one, and the affinity table.
#pragma once

#include "core/balance/affinity_table.hpp"
#include "core/balance/connect_times.hpp"
#include "core/balance/explanation.hpp"
#include "core/balance/lease.hpp"
#include "core/balance/pool_health.hpp"
#include "core/balance/slow_start.hpp"
#include "core/balance/target_identity.hpp"
#include "core/balance/target_room.hpp"
#include "core/balance/tier.hpp"
#include "core/balance/tried_targets.hpp"
#include "core/balance/waiting_line.hpp"
#include "core/config/configuration.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plug {

/// How many clients targets are given and who waits for them, and what else counts in a pick.
struct pool_options {
    /// The most connections at once on a target that has no limit of its own; unset = no limit.
    std::optional<std::uint32_t> max_connections;
    queue_config queue;
    /// See plug_config.
    bool weigh_connect_time = false;
    std::chrono::milliseconds slow_start{0};
    /// Who counts.
    std::size_t workers = 1;
};

/// Picks targets and learns from what becomes of the picks. Pure, no sockets, the clock is an
/// argument. Thread-safe: it belongs to the plug and serves all workers, so that rotation and
/// affinity are exact over the whole process.
class pool final : private lessor {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `targets` are at least one; what is kept of them are their names, weights and order.
    pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry, const pool_options& options = {});

    /// As above, to take the place of `before` after a reload; null = of none. Targets of the same
    /// label share their count of connections from now on, everything else comes with
    /// hand_over_to().
    pool(std::span<const target_config> targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry, const pool* before,
         const pool_options& options = {});

    /// `next` was made in the place of this pool and nobody has used it yet: it learns what this
    /// one knows at this moment. Targets of the same label keep their clients; those whose address
    /// is the same too keep what is known of their health; where a check was the source of that,
    /// whoever has removed or changed it reports so. `next` hears of the end of leases from now on,
    /// whoever gave them, and those who wait here are called, to wait there. This one holds nothing
    /// of it, and is needed no longer but by those who are about to pick here: they go by the
    /// counts as they are, and where the policy keeps books, by those of this moment. What there
    /// is no memory for is forgotten.
    void hand_over_to(pool& next) noexcept;

    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    /// Leases may go on for any time.
    ~pool();

    /// A target for `client` that is not among `tried`, or an empty lease when there is none left
    /// to try. Targets that are down are left out, unless their retry time has come, or all others
    /// have been tried; when all are down, all are made available again and the first is taken.
    /// One that its check calls down is left out whatever connects have taught, as long as there is
    /// another one that is not; when checks call all of them down, none is heeded: a check that is
    /// wrong about all of them must not end a service that works.
    /// Backups are left out while another target may be picked; those of weight 0 are picked for
    /// clients alone that stick to them. Targets that carry their most connections are left out,
    /// and as long as one of them is up nothing worse is taken in its place: no backup, and none
    /// that is down. A client that sticks to a target goes to no other because that is full.
    /// A limit holds, but for the moment of a reload: a session that is about to try its next
    /// target by the pool before may do so just as one of this pool takes the last room.
    lease pick(const boost::asio::ip::address& client, const tried_targets& tried, time_point now);

    /// What pick() would do for a client that has tried nothing yet, and why; changes nothing.
    /// Takes as long as it takes to copy the tiers: under 1 ms for 10,000 targets.
    [[nodiscard]] pool_explanation explain(const boost::asio::ip::address& client,
                                           time_point now) const;

    /// Whether pick() may have given nothing because targets are full.
    [[nodiscard]] bool is_limited() const noexcept { return room_.is_limited(); }

    /// `who` was given nothing by pick(), and waits until a target that it has not tried has room.
    /// True = it will be called, and must live until then, or until leave() says that it was in
    /// the line. False = its result is known already.
    bool wait(waiting_client& who, time_point now);

    /// `who` waits no longer. False = it was called, or did not wait.
    bool leave(waiting_client& who);

    /// Whether somebody is to begin to call tick(), again and again until that gives nothing. True
    /// for one caller at a time.
    bool begin_watch();

    /// Those who wait are given targets whose retry time has come at `now`, and those whose time
    /// is over are called. Gives when there is something to do next, which what happens meanwhile
    /// may bring forward, or has come already; nothing = nobody waits, and the watch is over.
    std::optional<time_point> tick(time_point now);

    /// The plug is no more: those who wait are called, some of them by tick(), and nobody may wait
    /// from now on.
    void close_line();

    /// The target was connected to. True = it was announced as down before: news.
    bool report_connected(std::uint32_t target);

    /// A connect to the target that succeeded at `now` has taken so long. Only for a pool that
    /// weighs by that.
    void report_connect_time(std::uint32_t target, time_point::duration took, time_point now);

    /// The target could not be reached. True = it was not announced as down before: news.
    bool report_failed(std::uint32_t target, time_point now);

    /// A probe of the target's check has ended, or a check that had been made before takes effect
    /// on this pool.
    health_news report_check(std::uint32_t target, const check_finding& found);

    /// The target has no check any more: what one has said counts no longer.
    health_news forget_check(std::uint32_t target);

    /// Connections that the target carries at this moment.
    [[nodiscard]] std::uint32_t connections(std::uint32_t target) const noexcept;

    /// What the workers have counted of the target, since there was one of that label.
    [[nodiscard]] target_totals totals(std::uint32_t target) const noexcept {
        return connections_[target]->totals.sum();
    }

    [[nodiscard]] const std::string& label(std::uint32_t target) const noexcept {
        return identities_[target].label;
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    using maybe_target = std::optional<std::uint32_t>;

    /// A target and why it is that one; or none, and then whether it is worth waiting for one.
    struct choice {
        maybe_target target;
        pick_reason reason = pick_reason::none;
        bool may_wait = false;
        /// It is not worth waiting for any other.
        maybe_target sticks_to;
        /// Where clients stick: whoever is given the target.
        sticky_client* client = nullptr;
    };

    [[nodiscard]] std::vector<std::shared_ptr<connection_count>>
    counts_for(const pool* before, std::size_t workers) const;
    void connection_ended(std::uint32_t target, time_point now,
                          called_clients& called) noexcept override;
    void become_newest() noexcept;
    void take_over(pool& before);
    [[nodiscard]] choice choose(const boost::asio::ip::address& client, const tried_targets& tried,
                                time_point now);
    [[nodiscard]] choice choose_freely(const client_key& client, const tried_targets& tried,
                                       time_point now);
    lease take(const choice& chosen, time_point now);
    void describe_all(const tier& primary, const tier& backups,
                      const boost::asio::ip::address& client, time_point now,
                      pool_explanation& into) const;
    void foretell(tier& primary, tier& backups, const target_room& room,
                  const boost::asio::ip::address& client, time_point now,
                  pool_explanation& into) const;
    void place(std::uint32_t target);
    void note_news(std::uint32_t target, health_news news);
    void advance_slow_start(time_point now);
    void serve_line(called_clients& called);
    wait_result serve(waiting_client& who, bool& all_are_full);
    [[nodiscard]] tier& tier_of(std::uint32_t target) noexcept {
        return is_backup_[target] ? backups_ : primary_;
    }

    const std::size_t size_;
    const std::vector<target_identity> identities_;
    const std::shared_ptr<succession> pools_;
    const std::vector<std::shared_ptr<connection_count>> connections_;
    const std::vector<bool> is_backup_;

    /// Of all pools of the succession. Guards what follows, but for primary_.take_turn() and what
    /// health_ excepts.
    std::mutex& mutex_;
    std::optional<connect_times> times_;   // unset = picks do not weigh by them
    std::optional<slow_start> slow_start_; // unset = targets come back with their whole weight
    tier primary_;
    tier backups_;
    target_room room_;
    /// As health_ says.
    std::vector<bool> is_up_;
    pool_health health_;
    std::optional<affinity_table> affinity_;
    waiting_line line_;
    bool is_watched_ = false;
    bool is_closed_ = false;
    bool is_succeeded_ = false;
    /// Of the last pick, or what else came with a clock; leases may end without one.
    time_point latest_{};
    /// No pick needs to look at anything but whose turn it is.
    const bool is_simple_;
};

} // namespace plug
