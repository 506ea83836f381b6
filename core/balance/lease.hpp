// A counted connection on a target.
#pragma once

#include "core/balance/pick_reason.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace plug {

/// Connections that one target carries. The pools that a plug has before and after a reload share
/// it.
using connection_count = std::atomic<std::uint32_t>;

struct sticky_client;

/// Who hands out leases: the pool.
class lessor {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// A connection on target number `target` has ended. `client`, where it is not null, is whoever
    /// held it; `now` is not known where it is the epoch.
    virtual void connection_ended(std::uint32_t target, sticky_client* client,
                                  time_point now) noexcept = 0;

    /// Whether it is to be told at all. Most policies look at the count alone, or at nothing.
    [[nodiscard]] bool wants_ends() const noexcept { return wants_ends_.load(); }

protected:
    ~lessor() = default;
    void want_ends() noexcept { wants_ends_.store(true); }

private:
    std::atomic<bool> wants_ends_{false};
};

/// One connection that a target carries, or none. Move-only; the destructor gives it back.
class lease {
public:
    lease() noexcept = default;

    /// Counts one connection more in `connections`. `from`, if there is one, hears of its end where
    /// it wants to, and of `client`, who means something to it. All must outlive the lease.
    lease(std::uint32_t target, connection_count& connections, lessor* from = nullptr,
          pick_reason reason = pick_reason::none, sticky_client* client = nullptr) noexcept
        : connections_(&connections), from_(from), client_(client), target_(target),
          reason_(reason) {
        connections.fetch_add(1, std::memory_order_relaxed);
    }

    lease(lease&& other) noexcept
        : connections_(std::exchange(other.connections_, nullptr)), from_(other.from_),
          client_(other.client_), target_(other.target_), reason_(other.reason_) {}

    lease& operator=(lease&& other) noexcept {
        if (this != &other) {
            release();
            connections_ = std::exchange(other.connections_, nullptr);
            from_ = other.from_;
            client_ = other.client_;
            target_ = other.target_;
            reason_ = other.reason_;
        }
        return *this;
    }

    ~lease() { release(); }

    /// Whether there is a target.
    [[nodiscard]] explicit operator bool() const noexcept { return connections_ != nullptr; }

    /// Index of the target in its pool.
    [[nodiscard]] std::uint32_t target() const noexcept { return target_; }

    /// Why it is that one.
    [[nodiscard]] pick_reason reason() const noexcept { return reason_; }

    /// `now`, where it is known, is when the connection ended: a client that sticks is idle from
    /// then on. Without it that is the time of the last pick.
    void release(lessor::time_point now = {}) noexcept {
        if (auto* const counted = std::exchange(connections_, nullptr)) {
            // In this order, so that a lessor that begins to want ends either sees the lower count
            // or is told.
            counted->fetch_sub(1);
            if (from_ != nullptr && from_->wants_ends()) {
                from_->connection_ended(target_, client_, now);
            }
        }
    }

private:
    connection_count* connections_ = nullptr;
    lessor* from_ = nullptr;
    sticky_client* client_ = nullptr;
    std::uint32_t target_ = 0;
    pick_reason reason_ = pick_reason::none;
};

} // namespace plug
