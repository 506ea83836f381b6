// Remembers which target each client address goes to.
#pragma once

#include "core/picking/client_key.hpp"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

namespace plug {

class affinity_table;

/// A client that is remembered, for those who hold a connection of it; see affinity_table, for
/// which alone the members are.
struct sticky_client : boost::intrusive::list_base_hook<> {
    client_key client{};
    std::uint32_t target = 0;
    std::uint32_t connections = 0;
    std::chrono::steady_clock::time_point last_used{};
    /// Null = in none: it was forgotten, and goes with the last connection.
    affinity_table* table = nullptr;
};

/// Client address -> target, bounded, with expiry. Pure: the clock is an argument, and time must
/// not run backwards between calls. Not thread-safe; the pool guards it.
///
/// A client is in use while it holds a connection, and idle from the end of its last one. Only idle
/// ones expire. Both stand in the order of their last use, so the one that was unused for longest
/// is at the end of the idle ones, and with one timeout for all that is also the order in which
/// they expire. Every operation but take_over() is O(1).
class affinity_table {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `capacity` is at least 1: beyond it the entry that was unused for longest is forgotten;
    /// where all are in use, the one that began to be used first. Those of its connections that go
    /// on cost the memory of that entry until they end.
    affinity_table(std::size_t capacity, std::chrono::steady_clock::duration timeout);
    affinity_table(const affinity_table&) = delete;
    affinity_table& operator=(const affinity_table&) = delete;

    ~affinity_table();

    /// Before the end: those that hold connections are in no table from now on, and live until
    /// those have ended. What is left for the destructor is known to nobody else.
    void let_go_of_those_in_use() noexcept;

    /// A client that find() has found.
    struct known_client {
        std::uint32_t target;
        sticky_client* who;
    };

    /// The target of `client`, and renews it; nothing if there is none or it has expired. A
    /// v4-mapped client is that IPv4 client.
    std::optional<known_client> find(const boost::asio::ip::address& client, time_point now);

    /// An entry, and how much longer it lasts if nobody renews it and its connections end now.
    struct remembered {
        std::uint32_t target = 0;
        std::chrono::steady_clock::duration left{0};
    };

    /// As find(), and renews nothing.
    [[nodiscard]] std::optional<remembered> look_up(const boost::asio::ip::address& client,
                                                    time_point now) const;

    /// `client` goes to `target` from now on. Gives who that is, until the next call.
    sticky_client* assign(const boost::asio::ip::address& client, std::uint32_t target,
                          time_point now);

    /// `who`, as find() or assign() has just given it, holds one connection more. It stays valid
    /// until that has ended.
    void connection_began(sticky_client& who) noexcept;

    /// A connection of `who` has ended, in whichever table it is now. Where `now` is earlier than
    /// the last use of that table, it is the time of that.
    static void connection_ended(sticky_client& who, time_point now) noexcept;

    /// Takes over what `before` remembers, those in use first, then the most recently used, as far
    /// as there is room: target number n is now `now_called[n]`, where it still is one. Clients
    /// that hold connections come over themselves, as their leases know them; `before` goes on with
    /// copies, and hears no more of those. For an empty table.
    void take_over(affinity_table& before,
                   std::span<const std::optional<std::uint32_t>> now_called);

    [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

private:
    using key = client_key;
    struct key_hash {
        /// Differs from process to process, so that nobody can choose addresses that collide.
        std::uint64_t seed;
        std::size_t operator()(const key& bytes) const noexcept;
    };
    using clients = boost::intrusive::list<sticky_client>;

    [[nodiscard]] bool has_expired(const sticky_client& known, time_point now) const noexcept;
    /// Of the entry of `client`; null if there is none or it has expired.
    [[nodiscard]] sticky_client* entry_of(const boost::asio::ip::address& client,
                                          time_point now) const;
    sticky_client& remember(const sticky_client& known, clients& among);
    void renew(sticky_client& known, time_point now) noexcept;
    void last_connection_ended(sticky_client& who, time_point now) noexcept;
    void forget_expired(time_point now);
    void forget_oldest() noexcept;
    void take_over_in_use(sticky_client& known, std::uint32_t target, affinity_table& before);

    std::size_t capacity_;
    std::chrono::steady_clock::duration timeout_;
    time_point latest_{}; // use
    // Most recently used first.
    clients idle_;
    clients in_use_;
    std::unordered_map<key, sticky_client*, key_hash> index_;
};

} // namespace plug
