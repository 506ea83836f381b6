// Which targets of a pool carry their most connections.
#pragma once

#include "core/balance/lease.hpp"
#include "core/balance/tried_targets.hpp"
#include "core/config/configuration.hpp"
#include "core/picking/target_set.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plug {

/// The limits of the targets, and those that would be picked if they were not full: they are what
/// clients wait for. Those of weight 0 are not among them: whoever sticks to one waits for that one
/// alone, and nobody else is given it. Not thread-safe but for is_limited() and is_full(); the pool
/// guards it.
class target_room {
public:
    /// `usual` is the limit of targets that have none of their own. `connections`, one for each of
    /// `targets`, must outlive the object.
    target_room(std::span<const target_config> targets, std::optional<std::uint32_t> usual,
                std::span<const std::shared_ptr<connection_count>> connections)
        : connections_(connections), awaited_(static_cast<std::uint32_t>(targets.size())),
          awaited_backups_(static_cast<std::uint32_t>(targets.size())) {
        for (const auto& each : targets) {
            const auto limit = each.max_connections ? each.max_connections : usual;
            limits_.push_back(limit.value_or(none));
            has_weight_.push_back(each.weight > 0);
            is_limited_ |= limit.has_value();
        }
    }

    /// Whether any target has a limit.
    [[nodiscard]] bool is_limited() const noexcept { return is_limited_; }

    [[nodiscard]] bool is_full(std::uint32_t target) const noexcept {
        return connections_[target]->load(std::memory_order_relaxed) >= limits_[target];
    }

    /// `target` is up and full, or it is no longer so.
    void set_awaited(std::uint32_t target, bool is_backup, bool up_and_full) noexcept {
        auto& among = is_backup ? awaited_backups_ : awaited_;
        if (up_and_full && has_weight_[target]) {
            among.insert(target);
        } else {
            among.erase(target);
        }
    }

    /// Whether one that is up, and that is not among `tried`, is full. O(1) for those who have
    /// tried nothing.
    [[nodiscard]] bool is_worth_waiting(bool for_backups,
                                        const tried_targets& tried) const noexcept {
        const auto& among = for_backups ? awaited_backups_ : awaited_;
        std::uint32_t from = 0;
        for (std::uint32_t asked = 0; asked < among.size(); ++asked) {
            const auto each = among.next_from(from);
            if (!tried.contains(*each)) {
                return true;
            }
            from = *each + 1;
        }
        return false;
    }

private:
    static constexpr auto none = std::numeric_limits<std::uint32_t>::max();

    std::span<const std::shared_ptr<connection_count>> connections_;
    std::vector<std::uint32_t> limits_;
    std::vector<bool> has_weight_;
    target_set awaited_;
    target_set awaited_backups_;
    bool is_limited_ = false;
};

} // namespace plug
