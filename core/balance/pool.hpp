// The targets of a plug, the policy that picks one, and the affinity table.
#pragma once

#include "core/balance/affinity_table.hpp"
#include "core/balance/lease.hpp"
#include "core/balance/target_health.hpp"
#include "core/config/configuration.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
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

/// Picks targets and learns from what becomes of the picks. Pure, no sockets, the clock is an
/// argument. Thread-safe: it belongs to the plug and serves all workers, so that rotation and
/// affinity are exact over the whole process.
class pool {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `targets` is their number, at least 1.
    pool(std::size_t targets, policy policy, const affinity_config& affinity,
         std::optional<std::chrono::milliseconds> retry);

    /// A target for `client` that is not among `tried`, or an empty lease when there is none left
    /// to try. Targets that are down are left out, unless their retry time has come, or all others
    /// have been tried; when all are down, all are made available again and the first is taken.
    lease pick(const boost::asio::ip::address& client, const tried_targets& tried, time_point now);

    /// The target was connected to. True = it was announced as down before: news.
    bool report_connected(std::uint32_t target);

    /// The target could not be reached. True = it was not announced as down before: news.
    bool report_failed(std::uint32_t target, time_point now);

    /// Connections that the target carries at this moment.
    [[nodiscard]] std::uint32_t connections(std::uint32_t target) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    [[nodiscard]] std::optional<std::uint32_t> choose(const tried_targets& tried, time_point now);
    [[nodiscard]] bool usable(std::uint32_t target, const tried_targets& tried,
                              time_point now) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> first_untried(const tried_targets& tried) const;
    lease take(std::uint32_t target, time_point now);
    void give_all_another_chance() noexcept;

    const std::size_t size_;
    const policy policy_;
    const std::optional<std::chrono::milliseconds> retry_;
    const std::unique_ptr<std::atomic<std::uint32_t>[]> connections_;

    /// Position of the rotation, counting up for ever: target = cursor % size.
    std::atomic<std::uint64_t> cursor_{0};
    /// Targets that are not available; while there are none, round robin takes no lock.
    std::atomic<std::size_t> unavailable_{0};
    /// Targets that the logs call down; while there are none, a connect that succeeds is no news.
    std::atomic<std::size_t> announced_{0};

    std::mutex mutex_; // guards what follows
    std::vector<target_health> health_;
    std::optional<affinity_table> affinity_;
};

} // namespace plug
