// A counted connection on a target.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace plug {

class pool;

/// Tells `told` that a connection on its target number `target` has ended.
void tell_connection_ended(pool& told, std::uint32_t target) noexcept;

/// One connection that a target carries, or none. Move-only; the destructor gives it back.
class lease {
public:
    lease() noexcept = default;

    /// Counts one connection more in `connections`. `told`, if there is one, hears of its end. Both
    /// must outlive the lease.
    lease(std::uint32_t target, std::atomic<std::uint32_t>& connections,
          pool* told = nullptr) noexcept
        : connections_(&connections), told_(told), target_(target) {
        connections.fetch_add(1, std::memory_order_relaxed);
    }

    lease(lease&& other) noexcept
        : connections_(std::exchange(other.connections_, nullptr)), told_(other.told_),
          target_(other.target_) {}

    lease& operator=(lease&& other) noexcept {
        if (this != &other) {
            release();
            connections_ = std::exchange(other.connections_, nullptr);
            told_ = other.told_;
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
            if (told_ != nullptr) {
                tell_connection_ended(*told_, target_);
            }
        }
    }

private:
    std::atomic<std::uint32_t>* connections_ = nullptr;
    pool* told_ = nullptr;
    std::uint32_t target_ = 0;
};

} // namespace plug
