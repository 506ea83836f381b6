#include "core/picking/least_loaded.hpp"

#include <cassert>

namespace plug {

bool least_loaded::member::before(const member& other) const noexcept {
    // a / b < c / d as a * d < c * b; 33 and 17 bits give no more than 50.
    const std::uint64_t mine = (std::uint64_t{connections} + 1) * other.weight;
    const std::uint64_t theirs = (std::uint64_t{other.connections} + 1) * weight;
    if (mine != theirs) {
        return mine < theirs;
    }
    return picked != other.picked ? picked < other.picked : slot < other.slot;
}

least_loaded::least_loaded(std::uint32_t slots) : members_(slots), by_load_(slots) {
    refused_.reserve(slots); // picks must not need memory
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        members_[slot].slot = slot;
    }
}

void least_loaded::set_weight(std::uint32_t slot, std::uint32_t weight) {
    assert(slot < members_.size() && weight <= highest_weight);
    members_[slot].weight = weight;
    put_back(members_[slot]);
}

void least_loaded::changed(std::uint32_t slot, std::uint32_t connections) {
    assert(slot < members_.size());
    members_[slot].connections = connections;
    put_back(members_[slot]);
}

std::optional<std::uint32_t> least_loaded::pick(acceptance accept) {
    std::optional<std::uint32_t> picked;
    while (!by_load_.empty() && !picked) {
        const std::uint32_t slot = by_load_.top().slot;
        if (accept(slot)) {
            picked = slot;
        } else {
            by_load_.pop();
            refused_.push_back(slot);
        }
    }
    for (const auto each : refused_) {
        put_back(members_[each]);
    }
    refused_.clear();
    if (picked) {
        members_[*picked].picked = ++picks_;
        put_back(members_[*picked]);
    }
    return picked;
}

void least_loaded::put_back(const member& changed) {
    if (changed.weight == 0) {
        by_load_.erase(changed.slot);
    } else {
        by_load_.put(changed);
    }
}

} // namespace plug
