#include "core/picking/target_set.hpp"

#include <bit>
#include <cassert>

namespace plug {

namespace {

constexpr std::uint32_t bits = 64;

std::uint64_t bit_of(std::uint32_t slot) noexcept { return std::uint64_t{1} << (slot % bits); }

std::uint32_t lowest(std::size_t word, std::uint64_t content) noexcept {
    return static_cast<std::uint32_t>(word) * bits +
           static_cast<std::uint32_t>(std::countr_zero(content));
}

/// So many slots are drawn in the hope that one is a member, before the members are counted.
constexpr int draws = 8;

} // namespace

target_set::target_set(std::uint32_t slots)
    : words_((std::size_t{slots} + bits - 1) / bits), slots_(slots) {}

bool target_set::insert(std::uint32_t slot) noexcept {
    assert(slot < slots_);
    if (contains(slot)) {
        return false;
    }
    words_[slot / bits] |= bit_of(slot);
    ++size_;
    return true;
}

bool target_set::erase(std::uint32_t slot) noexcept {
    if (!contains(slot)) {
        return false;
    }
    words_[slot / bits] &= ~bit_of(slot);
    --size_;
    return true;
}

bool target_set::contains(std::uint32_t slot) const noexcept {
    return slot < slots_ && (words_[slot / bits] & bit_of(slot)) != 0;
}

std::optional<std::uint32_t> target_set::next_from(std::uint32_t slot) const noexcept {
    if (empty()) {
        return std::nullopt;
    }
    const std::uint32_t start = slot < slots_ ? slot : 0;
    std::size_t word = start / bits;
    std::uint64_t content = words_[word] & (~std::uint64_t{0} << (start % bits));
    while (content == 0) { // ends: there is a member, at the latest in the word it began with
        word = word + 1 == words_.size() ? 0 : word + 1;
        content = words_[word];
    }
    return lowest(word, content);
}

std::optional<std::uint32_t> target_set::random_member(random_numbers& random) const noexcept {
    if (empty()) {
        return std::nullopt;
    }
    for (int draw = 0; draw < draws; ++draw) {
        const std::uint32_t slot = random.below(slots_);
        if (contains(slot)) {
            return slot;
        }
    }
    return nth_member(random.below(size_));
}

std::uint32_t target_set::nth_member(std::uint32_t index) const noexcept {
    std::size_t word = 0;
    for (;; ++word) {
        const auto here = static_cast<std::uint32_t>(std::popcount(words_[word]));
        if (index < here) {
            break;
        }
        index -= here;
    }
    std::uint64_t content = words_[word];
    for (; index > 0; --index) {
        content &= content - 1;
    }
    return lowest(word, content);
}

} // namespace plug
