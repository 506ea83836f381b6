// A counted connection on a target.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace plug {

/// One connection that a target carries, or none. Move-only; the destructor gives it back.
class lease {
public:
    lease() noexcept = default;

    /// Counts one connection more in `connections`, which must outlive the lease.
    lease(std::uint32_t target, std::atomic<std::uint32_t>& connections) noexcept
        : connections_(&connections), target_(target) {
        connections.fetch_add(1, std::memory_order_relaxed);
    }

    lease(lease&& other) noexcept
        : connections_(std::exchange(other.connections_, nullptr)), target_(other.target_) {}

    lease& operator=(lease&& other) noexcept {
        if (this != &other) {
            release();
            connections_ = std::exchange(other.connections_, nullptr);
            target_ = other.target_;
        }
        return *this;
    }

    ~lease() { release(); }

    /// Whether there is a target.
    [[nodiscard]] explicit operator bool() const noexcept { return connections_ != nullptr; }

    /// Index of the target in its pool.
    [[nodiscard]] std::uint32_t target() const noexcept { return target_; }

    void release() noexcept {
        if (auto* const counted = std::exchange(connections_, nullptr)) {
            counted->fetch_sub(1, std::memory_order_relaxed);
        }
    }

private:
    std::atomic<std::uint32_t>* connections_ = nullptr;
    std::uint32_t target_ = 0;
};

} // namespace plug
