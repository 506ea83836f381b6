// relay: two coroutines, one for each direction, that share one job.
#include "platform/portable/operation.hpp"
#include "platform/portable/states.hpp"
#include "platform/socket_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
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

/// How often the send queue is looked at while the last bytes go out, at first and later on.
constexpr std::chrono::milliseconds first_poll{1};
constexpr std::chrono::milliseconds last_poll{64};

/// How long the last bytes may take before a reset where the system knows nothing of its send
/// queue. Nothing shows their progress there, so that this is all that they get.
constexpr std::chrono::milliseconds blind_flush{250};

/// The state of one relay, shared by its two directions. Gone with the last `part` of it.
struct job {
    connection& client_handle;
    connection& target_handle;
    relay_stats& stats;
    relay_options options;
    relay_observer& observer;
    connection::state& client = *client_handle.self();
    connection::state& target = *target_handle.self();
    std::weak_ptr<char> network_life = client.net.life;

    int parts = 0;
    bool delivers_last_bytes = false;
    relay_result result{};
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
    void pass_on_end(side whose);
    void begin_flush(side of);
    void watch_flush();
    void abort(error_code why = asio::error::operation_aborted) noexcept;
    void part_is_over() noexcept;
    void end() noexcept;
};

/// What a coroutine of the relay holds while it runs. One that is destroyed before its end, as it
/// could get no memory, aborts the relay.
class part {
public:
    explicit part(job& shared) noexcept : shared_(&shared) { ++shared.parts; }
    part(part&& other) noexcept
        : shared_(std::exchange(other.shared_, nullptr)), ended_(other.ended_) {}
    part& operator=(part&&) = delete;
    ~part() {
        if (shared_ == nullptr) {
            return;
        }
        if (!ended_ && !shared_->network_life.expired()) {
            shared_->abort(make_error_code(boost::system::errc::not_enough_memory));
        }
        shared_->part_is_over();
    }

    void ends_in_order() noexcept { ended_ = true; }
    [[nodiscard]] job& shared() const noexcept { return *shared_; }

private:
    job* shared_;
    bool ended_ = false;
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

void job::abort(error_code why) noexcept {
    if (!std::exchange(aborted, true)) {
        result.error = failed ? result.error : why; // the first failure decides
        interrupt_both();
    }
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
task<error_code> write_shared(job& shared, side from, std::size_t count) {
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

task<error_code> write_own(job& shared, side from, asio::const_buffer bytes) {
    const sender_watch watch(shared, from);
    co_return co_await shared.at(other(from)).write(bytes, never);
}

/// Reads from `from` and writes to the other side until the stream ends or either side fails. No
/// direction holds more than its waiting_buffer while it waits for bytes: a stream of many of them
/// goes through the one large buffer of the worker.
task<void> pump(part own_part, side from) {
    auto& shared = own_part.shared();
    auto& source = shared.at(from);
    auto& sink = shared.at(other(from));
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

/// False where the relay was cancelled meanwhile, and is aborted.
task<bool> pause(job& shared, std::chrono::milliseconds& length) {
    co_await shared.client.net.sleep_until(clock::now() + length);
    length = std::min(length * 2, last_poll);
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

/// What is left once both directions have ended.
task<void> deliver_last_bytes(part own_part) {
    auto& shared = own_part.shared();
    if (!shared.failed) {
        co_await settle(shared);
    }
    if (shared.failed && !shared.aborted) {
        co_await flush(shared);
    }
    own_part.ends_in_order();
}

/// Where it cannot be begun, or breaks off, its part has said so; the worker's loop then tells of
/// what has escaped.
void begin(asio::io_context& context, task<void> story) noexcept {
    try {
        asio::co_spawn(context, std::move(story), [](const std::exception_ptr& escaped) {
            if (escaped) {
                std::rethrow_exception(escaped);
            }
        });
    } catch (...) { // out of memory
    }
}

void job::part_is_over() noexcept {
    if (--parts > 0) {
        return;
    }
    if (network_life.expired()) { // nobody is left to be told
        delete this;
        return;
    }
    const bool is_settled = !failed && !client_spoke_last;
    if (is_settled || aborted || std::exchange(delivers_last_bytes, true)) {
        return end();
    }
    auto& context = client.net.context;
    try {
        begin(context, deliver_last_bytes(part(*this)));
    } catch (...) { // its part was the last
    }
}

void job::end() noexcept {
    const auto told = result;
    auto& hears = observer;
    flush.reset();
    if (failed || aborted) {
        client_handle.reset();
        target_handle.reset();
    } else {
        client_handle.close();
        target_handle.close();
    }
    delete this;
    hears.relay_ended(told);
}

} // namespace

void relay(connection& client, connection& target, const relay_options& options, relay_stats& stats,
           relay_observer& observer) {
    auto* const shared = new job{client, target, stats, options, observer};
    shared->client.progressed = shared->target.progressed = &stats.last_active;
    auto& context = shared->client.net.context;
    part from_client(*shared);
    part from_target(*shared);
    try {
        begin(context, pump(std::move(from_client), side::client));
        begin(context, pump(std::move(from_target), side::target));
    } catch (...) { // no memory for a frame: its part has said so
    }
}

} // namespace plug::platform
