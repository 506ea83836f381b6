// Round robin by weight: whose turn it is, so that nobody runs ahead of its share or falls behind.
#pragma once

#include "core/picking/acceptance.hpp"
#include "core/picking/indexed_heap.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace plug {

/// Weighted smooth round robin over slots 0..slots-1. Not thread-safe; the pool guards it.
///
/// Of the members that are not ahead of their share, the one comes next that would be first to fall
/// a whole pick behind (R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32,
/// 1980). Time is virtual and the books are kept as in I. Stoica and H. Abdel-Wahab, Earliest
/// eligible virtual deadline first, 1995: what all members are owed adds up to nothing, always.
///
/// Bounds. A member's share of a pick is its weight by the sum of weights. With fixed weights, and
/// nothing refused, every member has got less than one pick more and less than one pick fewer than
/// its share, after each pick; in any run of picks, wherever it begins, less than two. Arithmetic
/// is exact. Equal weights give 0, 1, ..., n-1 again and again.
///
/// A change of weight carries what the member is owed (in picks), and leaves the others as they
/// are. A newcomer is owed nothing. What is owed to one that leaves, or what it got too much, is
/// shared out among the rest by weight. Changes can push members beyond the bounds (many that are
/// owed something may all become heavy at once); the bounds hold again as soon as every member that
/// was ahead of its share has been due again: without leavers at the latest when as many picks have
/// passed as the sum of weights is larger than the smallest weight.
///
/// One that is refused when its turn comes is treated as if it were not there for that pick: what
/// it is owed neither grows nor gets lost, and the others share the pick. So it has no arrears to
/// catch up with when it is accepted again. The bounds then hold among those who are accepted.
class smooth_rotation {
public:
    /// That of a target, in percent: slow start gives a part of it.
    static constexpr std::uint32_t highest_weight = 100'000;

    explicit smooth_rotation(std::uint32_t slots);

    /// `weight` is 0..highest_weight; 0 = no member. O(log n).
    void set_weight(std::uint32_t slot, std::uint32_t weight);

    [[nodiscard]] std::uint32_t weight(std::uint32_t slot) const noexcept {
        return members_[slot].weight;
    }

    /// The member whose turn it is among those that `accept` takes, and counts the pick; nothing if
    /// all are refused, and then nothing has changed. O((1 + refused) log n) amortised.
    std::optional<std::uint32_t> next(acceptance accept);

    /// How many picks `slot` is behind its share; negative if it is ahead, 0 for no member. For
    /// people and tests: it is rounded. O(1).
    [[nodiscard]] double owed(std::uint32_t slot) const noexcept;

private:
    /// A moment of virtual time: `whole + part / divisor`, with part < divisor. In one unit of time
    /// (2^40) each member should get as many picks as its weight. `whole` wraps round, so moments
    /// are compared by their difference, which stays far below 2^63.
    struct moment {
        std::uint64_t whole = 0;
        std::uint64_t part = 0;
    };
    struct member {
        moment start; ///< from then on it is not ahead of its share
        std::uint32_t weight = 0;
    };
    struct turn {
        moment when;
        std::uint32_t weight;
        std::uint32_t slot;
        [[nodiscard]] bool before(const turn& other) const noexcept;
    };

    [[nodiscard]] static moment later_by_a_pick(const moment& from, std::uint32_t weight) noexcept;
    [[nodiscard]] turn start_of(std::uint32_t slot) const noexcept;
    [[nodiscard]] bool may_begin(const turn& waiting) const noexcept;
    void put_back(std::uint32_t slot);
    void let_begin();
    [[nodiscard]] std::optional<std::uint32_t> take_candidate();
    void count_pick(std::uint32_t picked);
    void pass_over_refused();

    std::vector<member> members_;
    indexed_heap<turn> waiting_;         // by the start
    indexed_heap<turn> due_;             // by the deadline: the start of the pick after the next
    std::vector<std::uint32_t> refused_; // during next()
    std::uint64_t refused_weight_ = 0;   // theirs
    std::uint64_t weights_ = 0;          // sum over all members
    /// The mean of all starts, by weight; its divisor is weights_. It begins just below the largest
    /// number, so that every run shows whether it may wrap round.
    moment now_{0 - (std::uint64_t{1} << 42), 0};
};

} // namespace plug
