// What a tier would do, for those who only look.
#include "core/balance/tier.hpp"

#include <algorithm>
#include <iterator>
#include <variant>

namespace plug {

namespace {

/// So many places of a client in a maglev_table are told.
constexpr std::uint32_t told_ranks = 8;

} // namespace

score_kind tier::scored_by() const noexcept {
    constexpr score_kind kinds[] = {score_kind::turn, score_kind::none, score_kind::owed,
                                    score_kind::load, score_kind::load, score_kind::rank};
    static_assert(std::size(kinds) == std::variant_size_v<decltype(by_)>);
    return kinds[by_.index()];
}

std::vector<std::optional<double>> tier::scores(const client_key& client, time_point now) const {
    std::vector<std::optional<double>> made(weights_.size());
    if (is_even()) {
        score_turns(made);
    } else if (const auto* const table = std::get_if<shared_table>(&by_)) {
        score_ranks(**table, client, made);
    } else if (scored_by() != score_kind::none) {
        const auto* const turns = std::get_if<smooth_rotation>(&by_);
        for (const auto slot : members_) {
            if (available_.contains(slot)) {
                made[slot] = turns != nullptr ? turns->owed(slot) : load_score(slot, now);
            }
        }
    }
    return made;
}

/// What the policy compares: with the connect time in milliseconds where that counts, and with the
/// part of the weight that least_loaded goes by in slow start.
double tier::load_score(std::uint32_t slot, time_point now) const noexcept {
    const auto load = load_of(slot, now);
    const std::chrono::duration<double, std::milli> time =
        std::max(load.connect_time, std::chrono::microseconds(1));
    const bool is_part = !shares_.empty() && std::holds_alternative<least_loaded>(by_);
    const double weight = load.weight * (is_part ? shares_[slot] / 100.0 : 1.0);
    return (load.connections + 1.0) / weight * (times_ != nullptr ? time.count() : 1.0);
}

void tier::score_turns(std::vector<std::optional<double>>& into) const {
    const auto turn = turn_.load(std::memory_order_relaxed);
    double place = 0;
    for (std::size_t behind = 0; behind < members_.size(); ++behind) {
        const auto slot = members_[(turn + behind) % members_.size()];
        if (available_.contains(slot)) {
            into[slot] = ++place;
        }
    }
}

void tier::score_ranks(const maglev_table& table, const client_key& client,
                       std::vector<std::optional<double>>& into) const {
    const auto most = std::min(told_ranks, available_.size());
    std::uint32_t place = 0;
    // Asks to be told of one place after the other.
    static_cast<void>(table.lookup(client, [&](std::uint32_t slot) {
        if (available_.contains(slot) && !into[slot]) {
            into[slot] = ++place;
        }
        return place >= most;
    }));
}

} // namespace plug
