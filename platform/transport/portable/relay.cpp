// relay: two coroutines, one for each direction, that share one relay_job.
#include "platform/transport/portable/operation.hpp"
#include "platform/transport/portable/relay_job.hpp"

#include <boost/asio/post.hpp>

#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace plug::platform {

namespace {

/// A direction waits with a small buffer, or with a larger one after a read that filled that: a
/// record of TLS (RFC 8446, 5.2) or a message of 16 KiB with its header does not fill that one.
constexpr std::size_t smallest_buffer = std::size_t{4} * 1024;
constexpr std::size_t larger_buffer = std::size_t{17} * 1024;

/// While a write is blocked nobody reads from the sender: looks now and then whether it has failed,
/// so that a reader that never reads cannot hold a session that is over.
class sender_watch {
public:
    sender_watch(relay_job& shared, side from) : shared_(shared), from_(from) { wait(); }

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

    relay_job& shared_;
    side from_;
    std::optional<deadline_entry> next_;
};

/// What a direction holds while it waits for bytes.
class waiting_buffer {
public:
    [[nodiscard]] asio::mutable_buffer bytes() noexcept {
        return asio::buffer(bytes_.get(), size_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Suits the size to a read of `count` bytes; stays as it is where there is no memory.
    void learn(std::size_t count) noexcept {
        if (count > larger_buffer || count < larger_buffer / 4) {
            become(smallest_buffer); // a stream goes through the worker's buffer
        } else if (count >= size_) {
            become(larger_buffer);
        }
    }

private:
    void become(std::size_t size) noexcept {
        if (size != size_) {
            if (auto* const bytes = new (std::nothrow) char[size]) {
                bytes_.reset(bytes);
                size_ = size;
            }
        }
    }

    std::size_t size_ = smallest_buffer;
    std::unique_ptr<char[]> bytes_ = std::make_unique_for_overwrite<char[]>(smallest_buffer);
};

/// Lets the others have their turn.
task<void> wait_for_a_turn(asio::io_context& context) {
    operation<> turn;
    co_await turn.wait([&](auto handler) { asio::post(context, std::move(handler)); });
}

/// Adds to `count` bytes at the start of the worker's buffer what can be read without waiting. An
/// end of stream is left to the next read, which finds it again; a failure is not found twice.
error_code read_at_once(connection::state& source, std::size_t& count) {
    error_code error;
    if (!source.unread.empty()) {
        return error; // that comes first
    }
    source.socket.non_blocking(true, error);
    if (!error && !source.cancelled) {
        const auto room = network::state::buffer_size - count;
        count += source.socket.read_some(asio::buffer(&source.net.buffer[count], room), error);
    }
    const bool comes_again = error == asio::error::would_block || error == asio::error::eof;
    return comes_again ? error_code() : error;
}

/// Writes `count` bytes of the worker's buffer. What the receiver does not take at once is kept in
/// a buffer of its own: others use the worker's meanwhile.
task<error_code> write_shared(relay_job& shared, side from, std::size_t count) {
    auto& sink = shared.at(other(from));
    const char* const bytes = sink.net.buffer.get();
    error_code error;
    std::size_t sent = 0;
    sink.socket.non_blocking(true, error);
    if (!error && !sink.cancelled) {
        sent = sink.socket.write_some(asio::buffer(bytes, count), error);
        sink.written.total += sent;
    }
    if (error && error != asio::error::would_block) {
        co_return error;
    }
    if (sent == count) {
        co_await wait_for_a_turn(sink.net.context);
        co_return error_code{};
    }
    const auto rest = std::make_unique_for_overwrite<char[]>(count - sent);
    std::memcpy(rest.get(), bytes + sent, count - sent);
    const sender_watch watch(shared, from);
    co_return co_await sink.write(asio::buffer(rest.get(), count - sent), never);
}

task<error_code> write_own(relay_job& shared, side from, asio::const_buffer bytes) {
    const sender_watch watch(shared, from);
    co_return co_await shared.at(other(from)).write(bytes, never);
}

/// Reads from `from` and writes to the other side until the stream ends or either side fails. No
/// direction holds more than its waiting_buffer while it waits for bytes: a stream of many of them
/// goes through the one large buffer of the worker.
task<void> pump(relay_part own_part, side from) {
    auto& shared = own_part.shared();
    auto& source = shared.at(from);
    auto& counted = from == side::client ? shared.stats.from_client : shared.stats.from_target;
    waiting_buffer own;
    bool is_streaming = false; // the last read filled the worker's buffer
    error_code broken;         // what a read that gave bytes has met behind them
    // A failure of the other side makes what is read here pointless; one of this side does not.
    while (!shared.over_after_failure_of(other(from)) && !shared.flush_is_over) {
        read_result got{broken, 0};
        const bool has_waited = !is_streaming && !broken;
        if (has_waited) {
            got = co_await source.read_some(own.bytes(), never);
        }
        if (got.error) {
            if (!shared.failed) {
                shared.fail(from, got.error);
                shared.interrupt_both(); // the other direction cannot reach this side any more
            }
            break;
        }
        if (has_waited && got.bytes == 0) {
            // After a reset that a write has met first, a read finds an end of stream; that write
            // completes before this goes on.
            co_await wait_for_a_turn(source.net.context);
            if (!shared.failed) {
                shared.pass_on_end(from);
            }
            break;
        }
        const bool is_shared = is_streaming || got.bytes == own.size();
        if (is_shared) {
            std::memcpy(source.net.buffer.get(), own.bytes().data(), got.bytes);
            broken = read_at_once(source, got.bytes);
        }
        is_streaming = got.bytes == network::state::buffer_size;
        if (got.bytes == 0) {
            continue;
        }
        counted += got.bytes;
        shared.client_spoke_last = from == side::client;
        shared.stats.last_active = clock::now();
        error_code error;
        if (is_shared) {
            error = co_await write_shared(shared, from, got.bytes);
        } else {
            error = co_await write_own(shared, from, {own.bytes().data(), got.bytes});
        }
        if (error) {
            shared.fail(other(from), error);
            break;
        }
        own.learn(got.bytes);
    }
    own_part.ends_in_order();
}

} // namespace

void relay(connection& client, connection& target, const relay_options& options, relay_stats& stats,
           relay_observer& observer) {
    auto* const shared = new relay_job{client, target, stats, options, observer};
    shared->client.progressed = shared->target.progressed = &stats.last_active;
    auto& context = shared->client.net.context;
    relay_part from_client(*shared);
    relay_part from_target(*shared);
    try {
        begin_story(context, pump(std::move(from_client), side::client));
        begin_story(context, pump(std::move(from_target), side::target));
    } catch (...) { // no memory for a frame: its part has said so
    }
}

} // namespace plug::platform
