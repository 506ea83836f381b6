// The targets of a plug that are picked among together: the primary ones, or the backups.
#pragma once

#include "core/balance/connect_times.hpp"
#include "core/balance/explanation.hpp"
#include "core/balance/lease.hpp"
#include "core/config/configuration.hpp"
#include "core/monitor/pick_reason.hpp"
#include "core/picking/acceptance.hpp"
#include "core/picking/client_key.hpp"
#include "core/picking/least_loaded.hpp"
#include "core/picking/maglev_table.hpp"
#include "core/picking/random_two.hpp"
#include "core/picking/smooth_rotation.hpp"
#include "core/picking/target_set.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace plug {

/// Whether slow start means anything to it. Not to those where the list or the client's address
/// decides.
[[nodiscard]] constexpr bool ramps_up(policy wanted) noexcept {
    return wanted == policy::round_robin || wanted == policy::least_connections ||
           wanted == policy::random_two;
}

/// Knows which of its targets may be picked, and picks by the plug's policy. Targets of weight 0
/// are none of its members. Not thread-safe but for take_turn(); the pool guards it. A copy picks
/// what the original would, and so tells what that is.
class tier {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Of `all` targets, whose index is their slot, those that are `backups`, or those that are
    /// not. At first all of them may be picked. `connections`, one for each slot, must outlive the
    /// tier, and so must `times`, which random_two weighs by; null = it does not.
    /// With slow start, targets may have a part of their weight, where the policy ramps_up().
    tier(policy wanted, std::span<const target_config> all, bool backups,
         std::span<const std::shared_ptr<connection_count>> connections,
         const connect_times* times = nullptr, bool has_slow_start = false);

    /// Whether members take turns one by one, as all weights are the same.
    [[nodiscard]] bool is_even() const noexcept { return std::holds_alternative<even_turns>(by_); }

    /// Whether changed() must be told of every connection that begins or ends.
    [[nodiscard]] bool counts_connections() const noexcept {
        return std::holds_alternative<least_loaded>(by_);
    }

    /// Why pick() gives what it gives.
    [[nodiscard]] pick_reason reason() const noexcept { return reason_; }

    /// The next in turn. Only where is_even(), and while all members may be picked. Any thread.
    [[nodiscard]] std::uint32_t take_turn() noexcept {
        return members_[turn_.fetch_add(1, std::memory_order_relaxed) % members_.size()];
    }

    /// `slot` may be picked from now on, or not. One that is no member never may.
    void set_available(std::uint32_t slot, bool available);

    /// `slot` has so much of its weight from now on, 1 to 100 percent. At first each has the whole.
    /// O(log n). Only with slow start.
    void set_share(std::uint32_t slot, std::uint32_t percent);

    /// One that may be picked at `now` and that `accept` takes; nothing if there is none.
    std::optional<std::uint32_t> pick(const client_key& client, acceptance accept, time_point now);

    /// `slot` was taken outside of pick(): the next turn is that of the one behind it.
    void go_on_behind(std::uint32_t slot) noexcept;

    /// Whether `slot` may be picked.
    [[nodiscard]] bool is_available(std::uint32_t slot) const noexcept {
        return available_.contains(slot);
    }

    /// Whether chance decides about the next pick.
    [[nodiscard]] bool is_by_chance() const noexcept {
        return std::holds_alternative<random_two>(by_) && available_.size() > 1;
    }

    /// What the policy compares by, and that of each slot, as far as it may be picked and is near
    /// enough. For people and tests: it is rounded. O(slots), and O(size of the table) for
    /// source_hash.
    [[nodiscard]] score_kind scored_by() const noexcept;
    [[nodiscard]] std::vector<std::optional<double>> scores(const client_key& client,
                                                            time_point now) const;

    /// The number of connections of `slot` is another now.
    void changed(std::uint32_t slot);

private:
    /// Turns that were taken, counting up for ever.
    struct turn_count : std::atomic<std::uint64_t> {
        turn_count() noexcept : atomic(0) {}
        turn_count(const turn_count& other) noexcept : atomic(other.load()) {}
        turn_count& operator=(const turn_count&) = delete;
        ~turn_count() = default;
    };
    using shared_table = std::shared_ptr<const maglev_table>;
    struct even_turns {};
    struct first_up {};
    using maybe_slot = std::optional<std::uint32_t>;

    void choose_method(policy wanted, std::span<const target_config> all);
    [[nodiscard]] bool has_equal_weights() const noexcept;
    maybe_slot next_accepted(std::uint32_t from, acceptance accept) const;
    [[nodiscard]] std::uint32_t scaled_weight(std::uint32_t slot) const noexcept;
    void use_weight(std::uint32_t slot, std::uint32_t weight);
    maybe_slot pick_by_chance(random_two& draw, acceptance accept, time_point now) const;
    [[nodiscard]] double load_score(std::uint32_t slot, time_point now) const noexcept;
    [[nodiscard]] target_load load_of(std::uint32_t slot, time_point now) const noexcept;
    void score_turns(std::vector<std::optional<double>>& into) const;
    void score_ranks(const maglev_table& table, const client_key& client,
                     std::vector<std::optional<double>>& into) const;

    const pick_reason reason_;
    std::span<const std::shared_ptr<connection_count>> connections_;
    const connect_times* const times_;
    std::vector<std::uint32_t> members_; // slots, in order
    std::vector<std::uint32_t> weights_; // of every slot; 0 = no member
    std::vector<std::uint32_t> shares_;  // in percent of the weight; empty = no slow start
    target_set available_;
    turn_count turn_;
    std::variant<even_turns, first_up, smooth_rotation, least_loaded, random_two, shared_table> by_;
};

} // namespace plug
