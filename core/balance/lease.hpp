// A counted connection on a target.
#pragma once

#include "core/monitor/counters.hpp"
#include "core/monitor/pick_reason.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace plug {

struct sticky_client;
class called_clients;

/// Who hears that connections have ended: a pool.
class lessor {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// A connection on its target number `target` has ended at `now`, or at a time that is not
    /// known where that is the epoch. Its succession is locked; those who are to be called when it
    /// no longer is are added to `called`.
    virtual void connection_ended(std::uint32_t target, time_point now,
                                  called_clients& called) noexcept = 0;

protected:
    ~lessor() = default;
};

/// The pools that a plug has one after the other: each reload may put another one in the place of
/// the one before. It is all that they share, and no pool holds another.
struct succession {
    /// Guards what changes in any of its pools.
    std::mutex mutex;
    /// The one that clients are given targets by; null = it is gone, and the plug with it.
    lessor* newest = nullptr;
};

/// Connections that one target carries. The pools of a succession that have the target share it,
/// and so does each lease: it is what a lease needs when it ends, whatever has become of the pool
/// that gave it.
class connection_count : public std::atomic<std::uint32_t> {
public:
    /// Nobody hears of ends where there is no succession.
    explicit connection_count(std::shared_ptr<succession> pools = nullptr, std::size_t workers = 1)
        : atomic(0), totals(workers), pools_(std::move(pools)) {}

    /// What sessions count of the target.
    const target_counters totals;

    /// What the newest pool calls the target; unset = it does not have it. Whether it hears of
    /// ends: most policies look at the count alone, or at nothing. With the succession locked.
    void belongs_to_newest(std::optional<std::uint32_t> number, bool hears_of_ends) noexcept {
        number_ = number;
        is_watched_.store(hears_of_ends);
    }

    /// Whether anybody but the client is to hear that a connection has ended.
    [[nodiscard]] bool is_watched() const noexcept { return is_watched_.load(); }

    /// Tells the newest pool, and the table that holds `client`, if that is not null.
    void tell_end(sticky_client* client, lessor::time_point now) noexcept;

private:
    const std::shared_ptr<succession> pools_;
    std::atomic<bool> is_watched_{false};
    std::optional<std::uint32_t> number_; // guarded by the succession
};

/// One connection that a target carries, or none. Move-only; the destructor gives it back. May
/// outlive the pool that gave it.
class lease {
public:
    lease() noexcept = default;

    /// Counts one connection more in `connections`, of target number `target` in the pool that
    /// gives it. `client`, if it is not null, is whoever holds it, and counts it as well.
    lease(std::uint32_t target, std::shared_ptr<connection_count> connections,
          pick_reason reason = pick_reason::none, sticky_client* client = nullptr) noexcept
        : connections_(std::move(connections)), client_(client), target_(target), reason_(reason) {
        connections_->fetch_add(1, std::memory_order_relaxed);
    }

    lease(lease&& other) noexcept = default;

    lease& operator=(lease&& other) noexcept {
        if (this != &other) {
            release();
            connections_ = std::move(other.connections_);
            client_ = other.client_;
            target_ = other.target_;
            reason_ = other.reason_;
        }
        return *this;
    }

    ~lease() { release(); }

    /// Whether there is a target.
    [[nodiscard]] explicit operator bool() const noexcept { return connections_ != nullptr; }

    /// Index of the target in the pool that gave the lease.
    [[nodiscard]] std::uint32_t target() const noexcept { return target_; }

    /// What is counted of the target by that worker; there must be one.
    [[nodiscard]] target_counters::block& totals(std::size_t worker) const noexcept {
        return connections_->totals.of(worker);
    }

    /// Why it is that one.
    [[nodiscard]] pick_reason reason() const noexcept { return reason_; }

    /// `now`, where it is known, is when the connection ended: a client that sticks is idle from
    /// then on. Without it that is the time of its last pick.
    void release(lessor::time_point now = {}) noexcept {
        if (const auto counted = std::exchange(connections_, nullptr)) {
            // In this order, so that a pool that begins to watch either sees the lower count or is
            // told.
            counted->fetch_sub(1);
            if (client_ != nullptr || counted->is_watched()) {
                counted->tell_end(client_, now);
            }
        }
    }

private:
    std::shared_ptr<connection_count> connections_;
    sticky_client* client_ = nullptr;
    std::uint32_t target_ = 0;
    pick_reason reason_ = pick_reason::none;
};

} // namespace plug
