// Two random choices: of two targets drawn at random, the one with the lower load.
#pragma once

#include "core/picking/acceptance.hpp"
#include "core/picking/random_numbers.hpp"
#include "core/picking/target_set.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace plug {

/// What a target carries.
struct target_load {
    static constexpr std::uint32_t highest_weight = 1000;

    std::uint32_t connections = 0;
    std::uint32_t weight = 1; ///< 1..highest_weight
    /// Its average connect time, or the same for all targets where that does not count. Less than
    /// 1 us counts as that, more than 4 s as about 4 s (2^22 us).
    std::chrono::microseconds connect_time{0};
};

/// Whether `one` carries less than `other`: (connections + 1) * connect time / weight, compared
/// exactly.
[[nodiscard]] bool carries_less(const target_load& one, const target_load& other) noexcept;

/// The power of two choices (M. Mitzenmacher, The power of two choices in randomized load
/// balancing, 2001). The pool guards what it reads.
///
/// Draws two different members of `members` that `accept` takes, each pair as likely as another,
/// and gives the one that carries less by `load`, which maps a slot to its target_load; the first
/// drawn if both carry the same. One if there is only one, nothing if there is none. O(1) expected
/// while at least a fair part of the slots are members and most are accepted, O(slots) at most;
/// where most are refused the pairs are no longer equally likely.
class random_two {
public:
    explicit random_two(std::uint64_t seed) noexcept : random_(seed) {}

    template <typename Load>
    std::optional<std::uint32_t> pick(const target_set& members, acceptance accept,
                                      const Load& load) {
        const auto [first, second] = draw(members, accept);
        if (first && second && carries_less(load(*second), load(*first))) {
            return second;
        }
        return first;
    }

    /// By chance, so often: 0 to 100 percent.
    [[nodiscard]] bool happens(std::uint32_t percent) {
        return percent >= 100 || random_.below(100) < percent;
    }

private:
    using maybe_slot = std::optional<std::uint32_t>;

    /// The second is there only if the first is.
    std::pair<maybe_slot, maybe_slot> draw(const target_set& members, acceptance accept);
    maybe_slot draw_one(const target_set& members, acceptance accept);

    random_numbers random_;
};

} // namespace plug
