// relay: two coroutines, one for each direction, that share one job.
#include "platform/portable/states.hpp"
#include "platform/socket_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <vector>

namespace plug::platform {

namespace {

/// A direction starts with a small buffer and takes a larger one when a read has filled it.
constexpr std::size_t smallest_buffer = std::size_t{4} * 1024;
constexpr std::size_t largest_buffer = std::size_t{256} * 1024;

/// How often the send queue is looked at while the last bytes go out, at first and later on.
constexpr std::chrono::milliseconds first_poll{1};
constexpr std::chrono::milliseconds last_poll{64};

/// How long the last bytes may take before a reset where the system knows nothing of its send
/// queue. Nothing shows their progress there, so that this is all that they get.
constexpr std::chrono::milliseconds blind_flush{250};

/// The state of one relay, shared by its two directions.
struct job {
    connection::state& client;
    connection::state& target;
    relay_stats& stats;
    const relay_options& options;

    relay_result result;
    bool ended_once = false; // result.first is known
    bool failed = false;
    bool aborted = false;
    bool client_spoke_last = false;
    /// While the last bytes are delivered: who receives them, when their progress is looked at
    /// next, how many had arrived then, and when that takes too long.
    side receiver = side::client;
    std::optional<deadline_entry> flush{};
    std::uint64_t delivered = 0;
    clock::time_point flush_until{};
    bool flush_is_over = false;

    [[nodiscard]] connection::state& at(side which) const {
        return which == side::client ? client : target;
    }
    [[nodiscard]] bool over_after_failure_of(side which) const {
        return aborted || (failed && result.first == which);
    }

    void interrupt_both() {
        client.interrupt();
        target.interrupt();
    }
    void note_end(side whose);
    void fail(side whose, const error_code& error);
    void abort();
    void pass_on_end(side whose);
    void begin_flush(side of);
    void watch_flush();
};

side other(side which) { return which == side::client ? side::target : side::client; }

void look_at_flush(void* waiter) { static_cast<job*>(waiter)->watch_flush(); }

/// What has not arrived at `receiver`; unset = the system does not know.
std::optional<std::size_t> unacknowledged(connection::state& receiver) {
    return unacknowledged_bytes(receiver.socket.native_handle(), receiver.written);
}

/// Sends an end of stream; the error of a connection that is gone. A reset that came behind the
/// peer's end of stream is hidden from reads, which find that end.
error_code send_end(connection::state& to) {
    error_code gone;
    to.socket.shutdown(asio::socket_base::shutdown_send, gone);
    if (!gone) {
        return {};
    }
    const auto error = take_pending_error(to.socket.native_handle());
    return error ? error : error_code(asio::error::connection_reset);
}

void job::note_end(side whose) {
    if (!ended_once) {
        ended_once = true;
        result.first = whose;
    }
}

void job::fail(side whose, const error_code& error) {
    if (failed || aborted) {
        return; // the first failure decides
    }
    if (client.cancelled || target.cancelled) {
        abort();
        return;
    }
    failed = ended_once = true;
    result = {error, whose};
    begin_flush(other(whose));
}

/// The last end is left to closing, which sends it.
void job::pass_on_end(side whose) {
    note_end(whose);
    if (stats.half_closed_at != never) {
        return;
    }
    stats.half_closed_at = clock::now();
    if (whose == side::target && client_spoke_last) {
        const auto error = take_pending_error(target.socket.native_handle());
        if (error) {
            fail(side::target, error);
            return interrupt_both(); // the other direction cannot reach the target any more
        }
    }
    const auto gone = send_end(at(other(whose)));
    if (gone) {
        fail(other(whose), gone);
    }
}

void job::begin_flush(side of) {
    receiver = of;
    flush_until = clock::now() + options.flush_timeout;
    watch_flush();
}

/// The time counts from the last byte that arrived.
void job::watch_flush() {
    const auto now = clock::now();
    const auto all = receiver == side::client ? stats.from_target : stats.from_client;
    const auto arrived = all - unacknowledged(at(receiver)).value_or(at(receiver).written.pending);
    if (std::exchange(delivered, arrived) != arrived) {
        flush_until = now + options.flush_timeout;
    }
    if (now >= flush_until) {
        flush_is_over = true;
        return interrupt_both();
    }
    const auto next = std::min(flush_until, now + options.flush_timeout / 4);
    flush.emplace(client.net.deadlines, next, &look_at_flush, this);
}

void job::abort() {
    aborted = true;
    result.error = asio::error::operation_aborted;
    interrupt_both();
}

/// While a write is blocked nobody reads from the sender: looks now and then whether it has failed,
/// so that a reader that never reads cannot hold a session that is over.
class sender_watch {
public:
    sender_watch(job& shared, side from) : shared_(shared), from_(from) { wait(); }

private:
    static constexpr std::chrono::seconds interval{1};

    static void look(void* waiter) {
        auto& self = *static_cast<sender_watch*>(waiter);
        const auto error = take_pending_error(self.shared_.at(self.from_).socket.native_handle());
        if (error) {
            self.shared_.fail(self.from_, error);
        } else {
            self.wait();
        }
    }

    void wait() {
        next_.emplace(shared_.client.net.deadlines, clock::now() + interval, &look, this);
    }

    job& shared_;
    side from_;
    std::optional<deadline_entry> next_;
};

/// Reads from `from` and writes to the other side until the stream ends or either side fails.
task<void> pump(job& shared, side from) {
    auto& source = shared.at(from);
    auto& sink = shared.at(other(from));
    auto& counted = from == side::client ? shared.stats.from_client : shared.stats.from_target;
    std::vector<char> buffer(smallest_buffer);
    // A failure of the other side makes what is read here pointless; one of this side does not.
    while (!shared.over_after_failure_of(other(from)) && !shared.flush_is_over) {
        const auto got = co_await source.read_some(asio::buffer(buffer), never);
        if (got.error) {
            if (!shared.failed) {
                shared.fail(from, got.error);
                shared.interrupt_both(); // the other direction cannot reach this side any more
            }
            co_return;
        }
        if (got.bytes == 0) {
            // After a reset that a write has met first, a read finds an end of stream; that write
            // completes before this goes on.
            co_await asio::post(asio::deferred);
            if (!shared.failed) {
                shared.pass_on_end(from);
            }
            co_return;
        }
        counted += got.bytes;
        shared.client_spoke_last = from == side::client;
        shared.stats.last_active = clock::now();
        const sender_watch watch(shared, from);
        const auto error = co_await sink.write(asio::buffer(buffer.data(), got.bytes), never);
        if (error) {
            shared.fail(other(from), error);
            co_return;
        }
        if (got.bytes == buffer.size() && buffer.size() < largest_buffer) {
            buffer.resize(buffer.size() * 4);
        }
    }
}

/// False where the relay was cancelled meanwhile, and is aborted.
task<bool> pause(job& shared, std::chrono::milliseconds& length) {
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer(
        shared.client.net.context.get_executor(), length);
    length = std::min(length * 2, last_poll);
    co_await timer.async_wait(asio::as_tuple(asio::deferred));
    const bool is_cancelled = shared.client.cancelled || shared.target.cancelled;
    if (is_cancelled) {
        shared.abort();
    }
    co_return !is_cancelled;
}

/// Both streams have ended, and the client spoke last: a target that is gone answers with a reset.
/// Where the system knows nothing of its send queue, one that has come by now is found.
task<void> settle(job& shared) {
    const bool is_told = shared.result.first == side::client;
    auto error = is_told ? error_code() : send_end(shared.target);
    shared.begin_flush(side::target);
    auto length = first_poll;
    bool goes_on = true;
    while (goes_on && !shared.flush_is_over) {
        if (!error) {
            error = take_pending_error(shared.target.socket.native_handle());
        }
        if (error) {
            shared.fail(side::target, error);
        }
        if (shared.failed || unacknowledged(shared.target).value_or(0) == 0) {
            co_return;
        }
        goes_on = co_await pause(shared, length);
    }
}

/// Waits until the side that did not fail has received all that was written to it, or for a while
/// where the system does not know that.
task<void> flush(job& shared) {
    const auto in_the_dark = clock::now() + blind_flush;
    auto length = first_poll;
    bool goes_on = true;
    while (goes_on && !shared.flush_is_over) {
        const auto left = unacknowledged(shared.at(shared.receiver));
        if (left ? *left == 0 : clock::now() >= in_the_dark) {
            break;
        }
        goes_on = co_await pause(shared, length);
    }
}

/// The whole relay, from start to closed connections.
task<void> run(connection& client, connection& target, relay_options options, relay_stats& stats,
               relay_observer& observer) {
    job shared{*client.self(), *target.self(), stats, options, {}};
    shared.client.progressed = shared.target.progressed = &stats.last_active;
    const auto here = shared.client.net.context.get_executor();
    co_await asio::experimental::make_parallel_group(
        asio::co_spawn(here, pump(shared, side::client), asio::deferred),
        asio::co_spawn(here, pump(shared, side::target), asio::deferred))
        .async_wait(asio::experimental::wait_for_all(), asio::deferred);
    if (!shared.failed && !shared.aborted && shared.client_spoke_last) {
        co_await settle(shared);
    }
    if (shared.failed) {
        co_await flush(shared);
    }
    const auto result = shared.result;
    shared.flush.reset();
    if (shared.failed || shared.aborted) {
        client.reset();
        target.reset();
    } else {
        client.close();
        target.close();
    }
    observer.relay_ended(result);
}

} // namespace

void relay(connection& client, connection& target, const relay_options& options, relay_stats& stats,
           relay_observer& observer) {
    // Only std::bad_alloc can escape; the worker's loop then tells of it.
    asio::co_spawn(client.self()->net.context, run(client, target, options, stats, observer),
                   [](const std::exception_ptr& escaped) {
                       if (escaped) {
                           std::rethrow_exception(escaped);
                       }
                   });
}

} // namespace plug::platform
