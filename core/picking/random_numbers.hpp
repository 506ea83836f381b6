// A small generator of random numbers, seeded by the caller so that a test can repeat a run.
#pragma once

#include <cstdint>

namespace plug {

/// A seed from the system's source of randomness, another one each time.
[[nodiscard]] std::uint64_t random_seed();

/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). The same
/// seed gives the same numbers on every system. Not for secrets. Not thread-safe.
class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) noexcept : state_(seed) {}

    /// 64 random bits.
    std::uint64_t next() noexcept;

    /// Uniform over 0..bound-1; `bound` is at least 1. O(1) expected. Source of the method: Lemire,
    /// Fast random integer generation in an interval, 2019.
    std::uint32_t below(std::uint32_t bound) noexcept;

private:
    std::uint64_t state_;
};

} // namespace plug
