// The clients of a plug that wait until a target has room: first come, first served.
#pragma once

#include "core/balance/lease.hpp"
#include "core/balance/tried_targets.hpp"
#include "core/config/configuration.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace plug {

/// What has become of a client that asked to wait.
enum class wait_result : std::uint8_t {
    /// It waits still, or has yet to ask.
    waiting,
    /// It was given a target.
    served,
    /// It has waited for as long as the plug allows.
    timed_out,
    /// As many wait already as the plug allows.
    line_full,
    /// Nothing to wait for: it has tried every target.
    no_target,
    /// Another pool has taken the place of this one: it may wait in the newest.
    moved,
    /// The plug is no more.
    dismissed
};

/// A client in the line, or on its way to it. The line reads and writes what is here while the
/// client waits; its owner does so before and afterwards.
class waiting_client : public boost::intrusive::list_base_hook<> {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `waits_since` is when it began to wait: its place in the line, and when its time is over.
    waiting_client(const boost::asio::ip::address& who, time_point waits_since)
        : client(who), since(waits_since) {}
    waiting_client(const waiting_client&) = delete;
    waiting_client& operator=(const waiting_client&) = delete;

    /// It has left the line, and `result` says why. Once for each time that it was in the line. Any
    /// thread.
    virtual void called() noexcept = 0;

    const boost::asio::ip::address client;
    const time_point since;
    tried_targets tried;
    wait_result result = wait_result::waiting;
    /// Where it was served.
    lease granted;
    /// The target that the client sticks to, where it waits for no other.
    std::optional<std::uint32_t> sticks_to;
    bool is_in_line = false;
    /// A reload has moved it, from a line that it had got into.
    bool has_waited = false;

protected:
    ~waiting_client() = default;
};

/// Those who have left the line: they are called when this is destroyed, which must be where the
/// pool is not locked.
class called_clients {
public:
    called_clients() = default;
    called_clients(const called_clients&) = delete;
    called_clients& operator=(const called_clients&) = delete;
    ~called_clients() {
        while (!clients_.empty()) {
            auto& each = clients_.front();
            clients_.pop_front();
            each.called(); // and may end its life
        }
    }
    void add(waiting_client& each) noexcept { clients_.push_back(each); }

private:
    boost::intrusive::list<waiting_client> clients_;
};

/// Not thread-safe; the pool guards it. Allocates nothing.
class waiting_line {
public:
    using time_point = waiting_client::time_point;

    explicit waiting_line(const queue_config& limits) : limits_(limits) {}

    [[nodiscard]] bool empty() const noexcept { return clients_.empty(); }

    /// Whether one more may wait. One that a reload has moved here may always: it waits already.
    [[nodiscard]] bool takes(const waiting_client& who) const noexcept {
        return who.has_waited || clients_.size() < limits_.capacity;
    }

    /// Stands behind all who began to wait no later.
    void enter(waiting_client& who) noexcept;

    /// Goes without being called. False = it is not in the line.
    bool leave(waiting_client& who) noexcept;

    /// Asks `serve` about each client in turn, who gives what becomes of it; one that goes on
    /// waiting is followed by the next, unless `skips_rest` says that none of them would fare
    /// better.
    template <typename Serve, typename Skip>
    void serve(called_clients& called, const Serve& serve, const Skip& skips_rest) {
        for (auto at = clients_.begin(); at != clients_.end();) {
            auto& each = *at++;
            const auto result = serve(each);
            if (result != wait_result::waiting) {
                call(each, result, called);
            } else if (with_history_ == 0 && skips_rest()) {
                return;
            }
        }
    }

    /// So many are called at once whose sessions end then: thousands would hold up the others.
    static constexpr int most_at_once = 64;

    /// Calls those whose time is over at `now`, but for the most at once.
    void expire(time_point now, called_clients& called) noexcept;

    /// Calls the first of them, the most at once.
    void call_some(wait_result result, called_clients& called) noexcept;

    /// Calls all of them.
    void call_all(wait_result result, called_clients& called) noexcept;

    /// When the time of the next one is over; nothing if the line is empty.
    [[nodiscard]] std::optional<time_point> next_expiry() const noexcept;

private:
    /// Whether what it may be given is not the same as for the others.
    static bool has_history(const waiting_client& who) noexcept {
        return who.sticks_to.has_value() || !who.tried.empty();
    }
    void take_out(waiting_client& who) noexcept;
    void call(waiting_client& who, wait_result result, called_clients& called) noexcept;

    queue_config limits_;
    boost::intrusive::list<waiting_client> clients_;
    std::size_t with_history_ = 0;
};

} // namespace plug
