#include "core/picking/random_two.hpp"

#include <algorithm>

namespace plug {

namespace {

/// So many members are drawn in the hope that one is accepted, before they are asked in turn.
constexpr int draws = 16;

/// At most 2^32 * 2^22; a weight of at most 1000 leaves that below 2^64.
std::uint64_t cost(const target_load& load) noexcept {
    constexpr std::int64_t longest = std::int64_t{1} << 22;
    const auto time = std::clamp<std::int64_t>(load.connect_time.count(), 1, longest);
    return (std::uint64_t{load.connections} + 1) * static_cast<std::uint64_t>(time);
}

} // namespace

bool carries_less(const target_load& one, const target_load& other) noexcept {
    return cost(one) * other.weight < cost(other) * one.weight;
}

std::pair<random_two::maybe_slot, random_two::maybe_slot>
random_two::draw(const target_set& members, acceptance accept) {
    const auto first = draw_one(members, accept);
    if (!first) {
        return {};
    }
    const auto another = [&](std::uint32_t slot) { return slot != *first && accept(slot); };
    return {first, draw_one(members, another)};
}

random_two::maybe_slot random_two::draw_one(const target_set& members, acceptance accept) {
    for (int count = 0; count < draws; ++count) {
        const auto drawn = members.random_member(random_);
        if (!drawn || accept(*drawn)) {
            return drawn;
        }
    }
    auto slot = members.random_member(random_).value();
    for (std::uint32_t asked = 0; asked < members.size(); ++asked) {
        if (accept(slot)) {
            return slot;
        }
        slot = members.next_from(slot + 1).value();
    }
    return std::nullopt;
}

} // namespace plug
