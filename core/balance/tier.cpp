#include "core/balance/tier.hpp"

#include "core/picking/random_numbers.hpp"

#include "core/balance/slow_start.hpp"
#include "core/balance/tried_targets.hpp"

#include <algorithm>

namespace plug {

namespace {

template <typename... Cases> struct either : Cases... { using Cases::operator()...; };
// Clang needs to be told before its version 17.
template <typename... Cases> either(Cases...) -> either<Cases...>;

pick_reason reason_of(policy wanted) noexcept {
    switch (wanted) {
    case policy::round_robin:
        return pick_reason::rotation;
    case policy::first:
        return pick_reason::first;
    case policy::least_connections:
        return pick_reason::fewest_connections;
    case policy::random_two:
        return pick_reason::two_at_random;
    case policy::source_hash:
        break;
    }
    return pick_reason::hash;
}

std::vector<maglev_table::target> hashed(std::span<const target_config> all,
                                         const std::vector<std::uint32_t>& weights) {
    std::vector<maglev_table::target> found;
    for (std::uint32_t slot = 0; slot < all.size(); ++slot) {
        found.push_back({all[slot].label(), weights[slot], slot});
    }
    return found;
}

} // namespace

tier::tier(policy wanted, std::span<const target_config> all, bool backups,
           std::span<const std::shared_ptr<connection_count>> connections,
           const connect_times* times, bool has_slow_start)
    : reason_(backups ? pick_reason::backup : reason_of(wanted)), connections_(connections),
      times_(times), weights_(all.size()), available_(static_cast<std::uint32_t>(all.size())) {
    for (std::uint32_t slot = 0; slot < all.size(); ++slot) {
        if (all[slot].backup == backups && all[slot].weight > 0) {
            weights_[slot] = all[slot].weight;
            members_.push_back(slot);
        }
    }
    if (has_slow_start && ramps_up(wanted)) {
        shares_.assign(all.size(), slow_start::whole_share);
    }
    choose_method(wanted, all);
    for (const auto slot : members_) {
        set_available(slot, true);
    }
}

void tier::choose_method(policy wanted, std::span<const target_config> all) {
    const auto slots = static_cast<std::uint32_t>(weights_.size());
    switch (wanted) {
    case policy::round_robin:
        if (!has_equal_weights() || !shares_.empty()) {
            by_.emplace<smooth_rotation>(slots);
        }
        break;
    case policy::first:
        by_.emplace<first_up>();
        break;
    case policy::least_connections:
        by_.emplace<least_loaded>(slots);
        break;
    case policy::random_two:
        by_.emplace<random_two>(random_seed());
        break;
    case policy::source_hash:
        by_ = std::make_shared<const maglev_table>(hashed(all, weights_));
        break;
    }
}

bool tier::has_equal_weights() const noexcept {
    return std::ranges::all_of(
        members_, [&](std::uint32_t slot) { return weights_[slot] == weights_[members_.front()]; });
}

void tier::set_available(std::uint32_t slot, bool available) {
    const auto weight = available ? scaled_weight(slot) : 0;
    const bool is_news = weight > 0 ? available_.insert(slot) : available_.erase(slot);
    if (is_news) {
        use_weight(slot, weight);
    }
}

void tier::set_share(std::uint32_t slot, std::uint32_t percent) {
    if (shares_.empty() || shares_[slot] == percent) {
        return;
    }
    shares_[slot] = percent;
    if (available_.contains(slot)) {
        use_weight(slot, scaled_weight(slot));
    }
}

/// In percent of weights where parts of them count. Weights have a meaning only beside each other.
std::uint32_t tier::scaled_weight(std::uint32_t slot) const noexcept {
    return shares_.empty() ? weights_[slot] : weights_[slot] * shares_[slot];
}

void tier::use_weight(std::uint32_t slot, std::uint32_t weight) {
    if (auto* const turns = std::get_if<smooth_rotation>(&by_)) {
        turns->set_weight(slot, weight);
    } else if (auto* const loads = std::get_if<least_loaded>(&by_)) {
        loads->set_weight(slot, weight);
    }
}

std::optional<std::uint32_t> tier::pick(const client_key& client, acceptance accept,
                                        time_point now) {
    if (available_.empty()) {
        return std::nullopt;
    }
    return std::visit(either{[&](even_turns) {
                                 const auto turn =
                                     turn_.load(std::memory_order_relaxed) % members_.size();
                                 const auto chosen = next_accepted(members_[turn], accept);
                                 if (chosen) {
                                     go_on_behind(*chosen);
                                 }
                                 return chosen;
                             },
                             [&](first_up) { return next_accepted(0, accept); },
                             [&](smooth_rotation& turns) { return turns.next(accept); },
                             [&](least_loaded& loads) { return loads.pick(accept); },
                             [&](random_two& draw) { return pick_by_chance(draw, accept, now); },
                             [&](const shared_table& table) {
                                 return table->lookup(client, [&](std::uint32_t slot) {
                                     return available_.contains(slot) && accept(slot);
                                 });
                             }},
                      by_);
}

/// In slow start the weight is the whole one, and chance passes the target over as often as its
/// share says: by weight alone it would get nobody while the others carry next to nothing.
tier::maybe_slot tier::pick_by_chance(random_two& draw, acceptance accept, time_point now) const {
    const auto load = [&](std::uint32_t slot) { return load_of(slot, now); };
    if (shares_.empty()) {
        return draw.pick(available_, accept, load);
    }
    tried_targets passed_over;
    const auto may_be = [&](std::uint32_t slot) {
        return !passed_over.contains(slot) && accept(slot);
    };
    maybe_slot first;
    while (const auto chosen = draw.pick(available_, may_be, load)) {
        if (draw.happens(shares_[*chosen])) {
            return chosen;
        }
        first = first ? first : chosen;
        passed_over.add(*chosen);
    }
    return first;
}

target_load tier::load_of(std::uint32_t slot, time_point now) const noexcept {
    return {connections_[slot]->load(std::memory_order_relaxed), weights_[slot],
            times_ == nullptr ? std::chrono::microseconds(0) : times_->of(slot, now)};
}

/// The first at or behind `from`, and then on from slot 0.
tier::maybe_slot tier::next_accepted(std::uint32_t from, acceptance accept) const {
    for (std::uint32_t refused = 0; refused < available_.size(); ++refused) {
        const auto slot = available_.next_from(from);
        if (slot && accept(*slot)) {
            return slot;
        }
        from = slot.value_or(0) + 1;
    }
    return std::nullopt;
}

void tier::go_on_behind(std::uint32_t slot) noexcept {
    const auto behind = std::ranges::upper_bound(members_, slot);
    turn_.store(static_cast<std::uint64_t>(behind - members_.begin()), std::memory_order_relaxed);
}

void tier::changed(std::uint32_t slot) {
    if (auto* const loads = std::get_if<least_loaded>(&by_)) {
        loads->changed(slot, connections_[slot]->load(std::memory_order_relaxed));
    }
}

} // namespace plug
