// What connects and checks have taught about all targets of a pool, and which of them may be
// picked.
#pragma once

#include "core/balance/explanation.hpp"
#include "core/balance/target_health.hpp"
#include "core/config/configuration.hpp"

#include <boost/circular_buffer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace plug {

/// What one probe of a target's check has found.
struct check_finding {
    bool passed = false;
    /// What the check makes of the target, this probe included.
    bool up = true;
    /// So many probes in a row bring back a target that a connect could not reach; at least 1.
    unsigned rise = 1;
};

/// What has changed about a target for those who read logs.
enum class health_news { none, down, up };

/// Keeps the health of each target, lets those that are down rest until they may be tried again,
/// and does not heed checks that call all of them down. Pure: the clock is an argument. Not
/// thread-safe but for all_are_available() and learns_nothing(); the pool guards it.
class pool_health {
public:
    using time_point = target_health::time_point;
    using maybe_target = std::optional<std::uint32_t>;

    /// Hears whether a target may be picked now; at first each may.
    using told_available = std::function<void(std::uint32_t target, bool available)>;

    pool_health(std::span<const target_config> targets,
                std::optional<std::chrono::milliseconds> retry, told_available told);

    /// Goes on with what `before` knows: its target number n is now `now_called[n]`, where it still
    /// is one, and in the same place. Only at the beginning.
    void take_over(const pool_health& before, std::span<const maybe_target> now_called);

    /// No target is down, whatever the reason. Any thread.
    [[nodiscard]] bool all_are_available() const noexcept {
        return unavailable_.load(std::memory_order_acquire) == 0;
    }

    /// A connect or a probe that succeeds changes nothing and is no news. Any thread.
    [[nodiscard]] bool learns_nothing() const noexcept {
        return all_are_available() && announced_.load(std::memory_order_acquire) == 0;
    }

    /// Those whose retry time has come may be picked again. True = there was one.
    bool end_rests(time_point now);

    /// Until when end_rests() has nothing to do; nothing where nobody rests.
    [[nodiscard]] std::optional<time_point> next_end_of_rest() const {
        return rests_.empty() ? std::nullopt : std::optional(rests_.front().since + *retry_);
    }

    /// Whether `is_so` says it of any target that is given new clients.
    template <typename Predicate> [[nodiscard]] bool any_with_weight(const Predicate& is_so) const {
        for (std::uint32_t target = 0; target < health_.size(); ++target) {
            if (has_weight_[target] && is_so(target)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a connect failed and none has succeeded since.
    [[nodiscard]] bool is_down(std::uint32_t target) const noexcept {
        return !health_[target].available();
    }

    /// Whether the target may be picked at `now` by a client that sticks to it.
    [[nodiscard]] bool is_usable(std::uint32_t target, time_point now) const noexcept {
        return health_[target].eligible(now, retry_) && !is_held_down(target);
    }

    /// One that is down, for a client that is lost otherwise; `may_be` says of each whether it may
    /// be that. First those that no check calls down. When none is up, all are given a new chance.
    template <typename Predicate> maybe_target last_resort(const Predicate& may_be) {
        const auto found = who_is_last_resort(may_be);
        if (found && none_is_up()) {
            give_all_another_chance();
        }
        return found;
    }

    /// As last_resort(), and gives nobody a chance.
    template <typename Predicate>
    [[nodiscard]] maybe_target who_is_last_resort(const Predicate& may_be) const {
        for (const bool called_down : {false, true}) {
            for (std::uint32_t target = 0; target < health_.size(); ++target) {
                if (has_weight_[target] && is_held_down(target) == called_down && may_be(target)) {
                    return target;
                }
            }
        }
        return std::nullopt;
    }

    /// Those that end_rests(now) would let be picked again, in that order.
    [[nodiscard]] std::vector<std::uint32_t> rested_at(time_point now) const;

    /// What is known of the target's health.
    [[nodiscard]] candidate describe(std::uint32_t target, time_point now) const;

    /// The target is about to be tried.
    void begin_attempt(std::uint32_t target, time_point now);

    /// See target_health, and pool for what they give.
    bool succeeded(std::uint32_t target);
    bool failed(std::uint32_t target, time_point now);
    health_news checked(std::uint32_t target, const check_finding& found);
    [[nodiscard]] bool is_checked_down(std::uint32_t target) const noexcept {
        return health_[target].checked_down();
    }

private:
    /// A target that is down and rests until it may be tried again.
    struct rest {
        std::uint32_t target;
        time_point since;
    };

    void take_over(std::uint32_t target, const target_health& known);
    [[nodiscard]] bool none_is_up() const noexcept;
    [[nodiscard]] bool is_held_down(std::uint32_t target) const noexcept;
    void give_all_another_chance();
    void begin_rest(std::uint32_t target, time_point now);
    void put_rest(const rest& put);
    void count_check(std::uint32_t target, bool up);
    void note_news(health_news news) noexcept;
    void update(std::uint32_t target);
    void update_all();

    const std::optional<std::chrono::milliseconds> retry_;
    const told_available told_;
    std::vector<bool> has_weight_;
    std::vector<target_health> health_;
    /// In the order of their beginning; each target at most once.
    boost::circular_buffer<rest> rests_;
    std::vector<bool> is_resting_;
    /// Left out since a connect failed.
    std::vector<bool> is_out_;
    /// What `unavailable_` counts.
    std::vector<bool> is_unavailable_;
    /// Targets with a weight that no check calls down; while there are none, checks are not heeded.
    std::size_t not_called_down_;
    /// Targets that are not available.
    std::atomic<std::size_t> unavailable_{0};
    /// Targets that the logs call down; while there are none, a connect that succeeds is no news.
    std::atomic<std::size_t> announced_{0};
};

} // namespace plug
