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

/// How often the send queue is looked at while the last bytes go out before a reset.
constexpr std::chrono::milliseconds flush_poll{5};

/// How long the last bytes may take where the system does not tell of its send queue.
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
    /// While a failure is being passed on: when that must be done.
    std::optional<deadline_entry> flush;

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
};

side other(side which) { return which == side::client ? side::target : side::client; }

void interrupt_job(void* waiter) {
    auto& expired = *static_cast<job*>(waiter);
    expired.client.interrupt();
    expired.target.interrupt();
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
    flush.emplace(client.net.deadlines, clock::now() + options.flush_timeout, &interrupt_job, this);
}

void job::abort() {
    aborted = true;
    result.error = asio::error::operation_aborted;
    interrupt_both();
}

bool flush_is_over(const job& shared) { return shared.flush && shared.flush->has_come(); }

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
    while (!shared.over_after_failure_of(other(from)) && !flush_is_over(shared)) {
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
                shared.note_end(from);
                error_code ignored; // a sink that has failed is found by the other direction
                sink.socket.shutdown(asio::socket_base::shutdown_send, ignored);
                shared.stats.half_closed_at = std::min(shared.stats.half_closed_at, clock::now());
            }
            co_return;
        }
        counted += got.bytes;
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

/// Waits until the side that did not fail has received all that was written to it, or for a while
/// where the system cannot tell.
task<void> flush(job& shared, network::state& net) {
    auto& receiver = shared.at(other(shared.result.first));
    const auto in_the_dark = clock::now() + blind_flush;
    while (!flush_is_over(shared)) {
        const auto left = unacknowledged_bytes(receiver.socket.native_handle(), receiver.written);
        if (left ? *left == 0 : clock::now() >= in_the_dark) {
            break;
        }
        asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer(
            net.context.get_executor(), flush_poll);
        co_await timer.async_wait(asio::as_tuple(asio::deferred));
    }
}

/// The whole relay, from start to closed connections.
task<void> run(connection& client, connection& target, relay_options options, relay_stats& stats,
               relay_observer& observer) {
    job shared{*client.self(), *target.self(), stats, options, {}, false, false, false, {}};
    shared.client.progressed = shared.target.progressed = &stats.last_active;
    const auto here = shared.client.net.context.get_executor();
    co_await asio::experimental::make_parallel_group(
        asio::co_spawn(here, pump(shared, side::client), asio::deferred),
        asio::co_spawn(here, pump(shared, side::target), asio::deferred))
        .async_wait(asio::experimental::wait_for_all(), asio::deferred);
    if (shared.failed) {
        co_await flush(shared, shared.client.net);
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
