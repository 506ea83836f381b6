// A set of targets, as a bitmap over their slots.
#pragma once

#include "core/picking/random_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plug {

/// Some of the slots 0..slots-1, one bit each. Not thread-safe; the pool guards it.
class target_set {
public:
    /// The empty set; `slots` is how many there can ever be.
    explicit target_set(std::uint32_t slots);

    /// Adds `slot`, which is below the number of slots. True = it was no member before. O(1).
    bool insert(std::uint32_t slot) noexcept;

    /// Takes `slot` out. True = it was a member; a slot out of range never is. O(1).
    bool erase(std::uint32_t slot) noexcept;

    /// Whether `slot` is a member; false for one out of range. O(1).
    [[nodiscard]] bool contains(std::uint32_t slot) const noexcept;

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The first member at or behind `slot`, then on from slot 0; nothing when the set is empty.
    /// A `slot` out of range counts as 0. O(slots/64): at most 158 words for 10,000 slots.
    [[nodiscard]] std::optional<std::uint32_t> next_from(std::uint32_t slot) const noexcept;

    /// Any member, each as likely as another; nothing when the set is empty. O(1) expected while at
    /// least a fair part of the slots are members, O(slots/64) at most.
    std::optional<std::uint32_t> random_member(random_numbers& random) const noexcept;

private:
    [[nodiscard]] std::uint32_t nth_member(std::uint32_t index) const noexcept;

    std::vector<std::uint64_t> words_;
    std::uint32_t slots_;
    std::uint32_t size_ = 0;
};

} // namespace plug
