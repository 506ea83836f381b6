// The targets of a plug that are picked among together: the primary ones, or the backups.
#pragma once

#include "core/balance/acceptance.hpp"
#include "core/balance/client_key.hpp"
#include "core/balance/lease.hpp"
#include "core/balance/least_loaded.hpp"
#include "core/balance/maglev_table.hpp"
#include "core/balance/pick_reason.hpp"
#include "core/balance/random_two.hpp"
#include "core/balance/smooth_rotation.hpp"
#include "core/balance/target_set.hpp"
#include "core/config/configuration.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace plug {

/// Knows which of its targets may be picked, and picks by the plug's policy. Targets of weight 0
/// are none of its members. Not thread-safe but for take_turn(); the pool guards it.
class tier {
public:
    /// Of `all` targets, whose index is their slot, those that are `backups`, or those that are
    /// not. At first all of them may be picked. `connections`, one for each slot, must outlive the
    /// tier.
    tier(policy wanted, std::span<const target_config> all, bool backups,
         std::span<const std::shared_ptr<connection_count>> connections);

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

    /// One that may be picked and that `accept` takes; nothing if there is none.
    std::optional<std::uint32_t> pick(const client_key& client, acceptance accept);

    /// `slot` was taken outside of pick(): the next turn is that of the one behind it.
    void go_on_behind(std::uint32_t slot) noexcept;

    /// The number of connections of `slot` is another now.
    void changed(std::uint32_t slot);

private:
    struct even_turns {};
    struct first_up {};
    using maybe_slot = std::optional<std::uint32_t>;

    void choose_method(policy wanted, std::span<const target_config> all);
    [[nodiscard]] bool has_equal_weights() const noexcept;
    maybe_slot next_accepted(std::uint32_t from, acceptance accept) const;

    const pick_reason reason_;
    std::span<const std::shared_ptr<connection_count>> connections_;
    std::vector<std::uint32_t> members_; // slots, in order
    std::vector<std::uint32_t> weights_; // of every slot; 0 = no member
    target_set available_;
    /// Turns that were taken, counting up for ever.
    std::atomic<std::uint64_t> turn_{0};
    std::variant<even_turns, first_up, smooth_rotation, least_loaded, random_two, maglev_table> by_;
};

} // namespace plug
