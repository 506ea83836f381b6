#include "core/picking/smooth_rotation.hpp"

#include <cassert>

namespace plug {

namespace {

constexpr std::uint64_t unit = std::uint64_t{1} << 40;

std::int64_t distance(std::uint64_t from, std::uint64_t to) noexcept {
    return static_cast<std::int64_t>(to - from);
}

/// Division that rounds down, and what remains: 0..divisor-1.
struct floor_division {
    std::int64_t quotient;
    std::int64_t remainder;
};
floor_division divide(std::int64_t value, std::int64_t divisor) noexcept {
    floor_division result{value / divisor, value % divisor};
    if (result.remainder < 0) {
        --result.quotient;
        result.remainder += divisor;
    }
    return result;
}

} // namespace

bool smooth_rotation::turn::before(const turn& other) const noexcept {
    if (when.whole != other.when.whole) {
        return distance(other.when.whole, when.whole) < 0;
    }
    const std::uint64_t mine = when.part * other.weight;
    const std::uint64_t theirs = other.when.part * weight;
    return mine != theirs ? mine < theirs : slot < other.slot;
}

smooth_rotation::smooth_rotation(std::uint32_t slots)
    : members_(slots), waiting_(slots), due_(slots) {
    refused_.reserve(slots); // picks must not need memory
}

void smooth_rotation::set_weight(std::uint32_t slot, std::uint32_t weight) {
    assert(slot < members_.size() && weight <= highest_weight);
    auto& changed = members_[slot];
    const auto before = static_cast<std::int64_t>(changed.weight);
    const auto after = static_cast<std::int64_t>(weight);
    if (before == after) {
        return;
    }
    // weight * start, counted from now_.whole, for this member and for all together. To owe as much
    // as before, the former has to grow by now * (after - before).
    const auto part = static_cast<std::int64_t>(now_.part);
    std::int64_t old_product = 0;
    if (before != 0) {
        old_product = before * distance(now_.whole, changed.start.whole) +
                      static_cast<std::int64_t>(changed.start.part);
    }
    std::int64_t product = 0;
    if (after != 0) {
        product = old_product;
        if (weights_ != 0) {
            product +=
                divide((after - before) * part, static_cast<std::int64_t>(weights_)).quotient;
        }
        const auto start = divide(product, after);
        changed.start = {now_.whole + static_cast<std::uint64_t>(start.quotient),
                         static_cast<std::uint64_t>(start.remainder)};
    }
    changed.weight = weight;
    weights_ = weights_ + weight - static_cast<std::uint64_t>(before);
    if (weights_ == 0) {
        now_.part = 0;
    } else {
        const auto mean = divide(part + product - old_product, static_cast<std::int64_t>(weights_));
        now_.whole += static_cast<std::uint64_t>(mean.quotient);
        now_.part = static_cast<std::uint64_t>(mean.remainder);
    }
    due_.erase(slot);
    waiting_.erase(slot);
    if (weight != 0) {
        put_back(slot);
    }
}

std::optional<std::uint32_t> smooth_rotation::next(acceptance accept) {
    let_begin();
    auto candidate = take_candidate();
    while (candidate && !accept(*candidate)) {
        refused_.push_back(*candidate);
        refused_weight_ += members_[*candidate].weight;
        candidate = take_candidate();
    }
    if (candidate) {
        count_pick(*candidate);
        put_back(*candidate);
    }
    for (const auto each : refused_) {
        put_back(each);
    }
    refused_.clear();
    refused_weight_ = 0;
    return candidate;
}

void smooth_rotation::let_begin() {
    while (!waiting_.empty() && may_begin(waiting_.top())) {
        const turn begins = waiting_.top();
        waiting_.pop();
        due_.put({later_by_a_pick(begins.when, begins.weight), begins.weight, begins.slot});
    }
}

/// Takes out of its heap who is next; nothing if there is nobody left. Of those who are ahead of
/// their share, which is asked only when all others were refused, the one that is so for the
/// shortest time.
std::optional<std::uint32_t> smooth_rotation::take_candidate() {
    while (!due_.empty()) {
        const std::uint32_t slot = due_.top().slot;
        due_.pop();
        // Time goes back a little when a member leaves that had got too much.
        if (may_begin(start_of(slot))) {
            return slot;
        }
        put_back(slot);
    }
    if (waiting_.empty()) {
        return std::nullopt;
    }
    const std::uint32_t slot = waiting_.top().slot;
    waiting_.pop();
    return slot;
}

void smooth_rotation::count_pick(std::uint32_t picked) {
    auto& served = members_[picked];
    served.start = later_by_a_pick(served.start, served.weight);
    if (!refused_.empty()) {
        pass_over_refused();
        return;
    }
    now_.part += unit;
    now_.whole += now_.part / weights_;
    now_.part %= weights_;
}

/// Lets the time go on as if the refused ones were no members, and moves them along.
void smooth_rotation::pass_over_refused() {
    const std::uint64_t accepted_weight = weights_ - refused_weight_;
    // Rounded up: where one is refused a million times, the error is to its disadvantage.
    const std::uint64_t step = (unit + accepted_weight - 1) / accepted_weight;
    for (const auto each : refused_) {
        members_[each].start.whole += step;
    }
    const std::uint64_t too_far = accepted_weight * step - unit; // less than the sum of weights
    now_.whole += step;
    if (now_.part < too_far) {
        now_.part += weights_;
        --now_.whole;
    }
    now_.part -= too_far;
}

smooth_rotation::moment smooth_rotation::later_by_a_pick(const moment& from,
                                                         std::uint32_t weight) noexcept {
    moment later{from.whole + unit / weight, from.part + unit % weight};
    if (later.part >= weight) {
        later.part -= weight;
        ++later.whole;
    }
    return later;
}

smooth_rotation::turn smooth_rotation::start_of(std::uint32_t slot) const noexcept {
    return {members_[slot].start, members_[slot].weight, slot};
}

bool smooth_rotation::may_begin(const turn& waiting) const noexcept {
    return waiting.when.whole == now_.whole
               ? waiting.when.part * weights_ <= now_.part * waiting.weight
               : distance(waiting.when.whole, now_.whole) > 0;
}

void smooth_rotation::put_back(std::uint32_t slot) { waiting_.put(start_of(slot)); }

double smooth_rotation::owed(std::uint32_t slot) const noexcept {
    const auto& asked = members_[slot];
    if (asked.weight == 0) {
        return 0;
    }
    const double weight = asked.weight;
    const auto whole = static_cast<double>(distance(asked.start.whole, now_.whole));
    const double part = static_cast<double>(now_.part) / static_cast<double>(weights_);
    return (weight * (whole + part) - static_cast<double>(asked.start.part)) /
           static_cast<double>(unit);
}

} // namespace plug
