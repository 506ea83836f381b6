// A heap of targets that knows where each one stands, so that any of them can change or leave.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plug {

/// A binary heap with at most one entry for each slot. `Entry` has a member `slot` and
/// `before(other)`, a strict order in which no two slots are equal; the top is before all others.
/// put, erase and pop are O(log n), everything else O(1). Allocates only in the constructor. Not
/// thread-safe.
template <typename Entry> class indexed_heap {
public:
    /// Slots are 0..slots-1.
    explicit indexed_heap(std::uint32_t slots) : position_(slots, nowhere) {
        entries_.reserve(slots);
    }

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool contains(std::uint32_t slot) const noexcept {
        return position_[slot] != nowhere;
    }

    /// The heap is not empty.
    [[nodiscard]] const Entry& top() const noexcept {
        assert(!empty());
        return entries_.front();
    }

    /// Adds the entry, or replaces the one of the same slot.
    void put(const Entry& entry) {
        std::size_t place = position_[entry.slot];
        if (place == nowhere) {
            place = entries_.size();
            entries_.push_back(entry);
        }
        settle(place, entry);
    }

    /// Nothing happens when the slot has no entry.
    void erase(std::uint32_t slot) noexcept {
        const std::size_t place = position_[slot];
        if (place == nowhere) {
            return;
        }
        position_[slot] = nowhere;
        const Entry last = entries_.back();
        entries_.pop_back();
        if (place < entries_.size()) {
            settle(place, last);
        }
    }

    /// Takes out the top; the heap is not empty.
    void pop() noexcept { erase(top().slot); }

private:
    static constexpr std::uint32_t nowhere = UINT32_MAX;

    void settle(std::size_t place, const Entry& entry) noexcept {
        place = sink(rise(place, entry), entry);
        entries_[place] = entry;
        position_[entry.slot] = static_cast<std::uint32_t>(place);
    }

    /// Both move others over the hole at `place`, and give the place where `entry` belongs.
    std::size_t rise(std::size_t place, const Entry& entry) noexcept {
        while (place > 0 && entry.before(entries_[(place - 1) / 2])) {
            move(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
        return place;
    }

    std::size_t sink(std::size_t place, const Entry& entry) noexcept {
        for (;;) {
            std::size_t child = 2 * place + 1;
            if (child + 1 < entries_.size() && entries_[child + 1].before(entries_[child])) {
                ++child;
            }
            if (child >= entries_.size() || !entries_[child].before(entry)) {
                return place;
            }
            move(place, child);
            place = child;
        }
    }

    void move(std::size_t to, std::size_t from) noexcept {
        entries_[to] = entries_[from];
        position_[entries_[to].slot] = static_cast<std::uint32_t>(to);
    }

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> position_;
};

} // namespace plug
