// What sessions count, by worker, plug and target: for metrics and whoever asks how much there was.
//
// Each worker has blocks of its own, so that a count is a load and a store of memory that no other
// thread writes; they are added up when somebody reads them, which waits for nobody and holds up
// nobody. Nothing here depends on what the event sink wants. Bytes are counted when a session ends:
// those of relays under way are not in them yet.
#pragma once

#include "core/monitor/session_end.hpp"

#include <boost/assert.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace plug {

/// One writer at a time, any number of readers.
class counter {
public:
    void add(std::uint64_t more = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    [[nodiscard]] operator std::uint64_t() const noexcept { // NOLINT: it is a number
        return value_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Of a target; Number is a counter, or a plain number in a snapshot.
template <typename Number> struct target_numbers {
    /// Sessions that reached it.
    Number connected{};
    Number failed_connects{};
    /// Bytes of the sessions that have ended, read from the client and from the target.
    Number from_client{};
    Number from_target{};

    template <typename Other> void add(const target_numbers<Other>& more) {
        connected += more.connected;
        failed_connects += more.failed_connects;
        from_client += more.from_client;
        from_target += more.from_target;
    }
};

/// Of a plug, and of a worker.
template <typename Number> struct session_numbers {
    /// Clients that the listeners accepted, and those of them that were not let in.
    Number accepted{};
    Number refused{};
    /// Sessions that began. Of those some end without an end of their own: refused when they had
    /// said who they are, or passed on to another plug.
    Number begun{};
    Number left{};
    /// The others that are over, by session_end.
    std::array<Number, session_ends.size()> ended{};
    Number failed_connects{};
    /// Connects behind a failed one of the same session.
    Number retries{};
    Number from_client{};
    Number from_target{};

    template <typename Other> void add(const session_numbers<Other>& more) {
        for (std::size_t end = 0; end < session_ends.size(); ++end) {
            ended[end] += more.ended[end];
        }
        left += more.left;
        accepted += more.accepted;
        refused += more.refused;
        begun += more.begun; // behind their ends, so that there are hardly ever more of those
        failed_connects += more.failed_connects;
        retries += more.retries;
        from_client += more.from_client;
        from_target += more.from_target;
    }

    [[nodiscard]] std::uint64_t all_ended() const noexcept {
        std::uint64_t sum = 0;
        for (const auto& count : ended) {
            sum += count;
        }
        return sum;
    }
    /// Sessions that run.
    [[nodiscard]] std::uint64_t current() const noexcept {
        const std::uint64_t over = all_ended() + left;
        return begun > over ? begun - over : 0;
    }
};

using target_totals = target_numbers<std::uint64_t>;
using session_totals = session_numbers<std::uint64_t>;

/// A block for each worker, in cache lines of its own.
template <template <typename> typename Numbers> class counters {
public:
    struct alignas(64) block : Numbers<counter> {};

    explicit counters(std::size_t workers)
        : blocks_(std::make_unique<block[]>(workers)), size_(workers) {}

    /// To be counted in by that worker alone.
    [[nodiscard]] block& of(std::size_t worker) const noexcept {
        BOOST_ASSERT(worker < size_);
        return blocks_[worker];
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Any thread.
    [[nodiscard]] Numbers<std::uint64_t> sum() const noexcept {
        Numbers<std::uint64_t> all;
        for (std::size_t worker = 0; worker < size_; ++worker) {
            all.add(static_cast<const Numbers<counter>&>(blocks_[worker]));
        }
        return all;
    }

private:
    std::unique_ptr<block[]> blocks_;
    std::size_t size_;
};

using session_counters = counters<session_numbers>;
using target_counters = counters<target_numbers>;

} // namespace plug
