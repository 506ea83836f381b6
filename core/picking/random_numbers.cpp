#include "core/picking/random_numbers.hpp"

#include <random>

namespace plug {

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

std::uint64_t random_numbers::next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
}

std::uint32_t random_numbers::below(std::uint32_t bound) noexcept {
    // The upper half of 32 random bits times `bound` is the result; the lowest 2^32 % bound values
    // of the lower half are drawn again, or some results would come more often than others.
    std::uint64_t product = (next() >> 32) * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
        const std::uint32_t unfair = (0U - bound) % bound;
        while (static_cast<std::uint32_t>(product) < unfair) {
            product = (next() >> 32) * bound;
        }
    }
    return static_cast<std::uint32_t>(product >> 32);
}

} // namespace plug
