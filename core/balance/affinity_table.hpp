// Remembers which target each client address goes to.
#pragma once

#include "core/balance/client_key.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <unordered_map>

namespace plug {

/// Client address -> target, bounded, with expiry. Pure: the clock is an argument, and time must
/// not run backwards between calls. Not thread-safe; the pool guards it.
///
/// Entries stand in the order of their last use, so the oldest unused one is at the end, and with
/// one timeout for all that is also the order in which they expire. Every operation is O(1).
class affinity_table {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `capacity` is at least 1: beyond it the entry that was unused for longest is forgotten.
    affinity_table(std::size_t capacity, std::chrono::steady_clock::duration timeout);

    /// The target of `client`, and renews it; nothing if there is none or it has expired. A
    /// v4-mapped client is that IPv4 client.
    std::optional<std::uint32_t> find(const boost::asio::ip::address& client, time_point now);

    /// An entry, and how much longer it lasts if nobody renews it.
    struct remembered {
        std::uint32_t target = 0;
        std::chrono::steady_clock::duration left{0};
    };

    /// As find(), and renews nothing.
    [[nodiscard]] std::optional<remembered> look_up(const boost::asio::ip::address& client,
                                                    time_point now) const;

    /// `client` goes to `target` from now on.
    void assign(const boost::asio::ip::address& client, std::uint32_t target, time_point now);

    /// Takes over what `before` remembers, the most recently used first, as far as there is room:
    /// target number n is now `now_called[n]`, where it still is one. For an empty table.
    void take_over(const affinity_table& before,
                   std::span<const std::optional<std::uint32_t>> now_called);

    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

private:
    using key = client_key;
    struct key_hash {
        /// Differs from process to process, so that nobody can choose addresses that collide.
        std::uint64_t seed;
        std::size_t operator()(const key& bytes) const noexcept;
    };
    struct entry {
        key client;
        std::uint32_t target;
        time_point last_used;
    };

    using place = std::list<entry>::iterator;

    [[nodiscard]] bool has_expired(const entry& known, time_point now) const noexcept;
    /// Of the entry of `client`; nothing if there is none or it has expired.
    [[nodiscard]] std::optional<place> place_of(const boost::asio::ip::address& client,
                                                time_point now) const;
    void renew(place known, time_point now);
    void forget_expired(time_point now);
    void forget_oldest();

    std::size_t capacity_;
    std::chrono::steady_clock::duration timeout_;
    std::list<entry> by_use_; // most recently used first
    std::unordered_map<key, place, key_hash> index_;
};

} // namespace plug
