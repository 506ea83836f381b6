// Least connections by weight: the target that has most room for one connection more.
#pragma once

#include "core/picking/acceptance.hpp"
#include "core/picking/indexed_heap.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace plug {

/// Weighted least connections over slots 0..slots-1. Not thread-safe; the pool guards it.
///
/// Picks the member whose load would be least with one connection more: (connections + 1) / weight,
/// compared exactly, without floating point. Of equal ones the one that was picked longest ago, so
/// that idle targets take turns; of those never picked the lowest slot. It counts no connections
/// itself: `changed` tells it of each. A pick without that changes nothing but whose turn it is
/// among equals.
///
/// Bound: while connections only come, never leave, and nothing is refused, every member has less
/// than one connection fewer than its share by weight (as the seats of D'Hondt, which this is).
class least_loaded {
public:
    /// That of a target, in percent: slow start gives a part of it.
    static constexpr std::uint32_t highest_weight = 100'000;

    explicit least_loaded(std::uint32_t slots);

    /// `weight` is 0..highest_weight; 0 = no member. Its connections stay known meanwhile.
    /// O(log n).
    void set_weight(std::uint32_t slot, std::uint32_t weight);

    [[nodiscard]] std::uint32_t weight(std::uint32_t slot) const noexcept {
        return members_[slot].weight;
    }

    /// `slot`, which need not be a member, has so many connections now. O(log n).
    void changed(std::uint32_t slot, std::uint32_t connections);

    /// The least loaded member among those that `accept` takes; nothing if it takes none.
    /// O((1 + refused) log n).
    std::optional<std::uint32_t> pick(acceptance accept);

private:
    struct member {
        std::uint64_t picked = 0; ///< number of the last pick, 0 = never
        std::uint32_t connections = 0;
        std::uint32_t weight = 0;
        std::uint32_t slot = 0;
        [[nodiscard]] bool before(const member& other) const noexcept;
    };

    void put_back(const member& changed);

    std::vector<member> members_;
    indexed_heap<member> by_load_;
    std::vector<std::uint32_t> refused_; // during pick()
    std::uint64_t picks_ = 0;
};

} // namespace plug
