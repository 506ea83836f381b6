// The transport: how a worker accepts, connects, reads, writes and relays bytes.
//
// One body of this header is chosen when the program is linked: platform/transport/portable (Asio
// sockets), platform/transport/linux (an epoll set of the worker's own), or the scripted one that
// the tests use. Everything here belongs to one worker and is called on that worker's thread only,
// unless it says otherwise. Nothing throws but std::bad_alloc.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace plug::platform {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
template <typename Result> using task = asio::awaitable<Result, executor>;
using error_code = boost::system::error_code;
using endpoint = asio::ip::tcp::endpoint;
using clock = std::chrono::steady_clock;

/// A deadline that never comes.
inline constexpr clock::time_point never = clock::time_point::max();

class passed_socket;

/// What a worker's transport is told when the engine starts.
struct network_options {
    /// How long to poll for work before sleeping, while sessions are active; zero = sleep at once.
    /// A transport that cannot poll ignores it.
    std::chrono::microseconds spin{0};
    /// Called at most once, on the worker's thread, where the system refuses a faster way of moving
    /// bytes, with its reason; the transport goes on by copying them.
    std::function<void(error_code)> on_copying{};
};

/// The transport's state of one worker: its descriptor set, timer list and buffers. A transport may
/// sleep where Asio does not see it; therefore it runs the worker's thread, no other thing of
/// Asio's that waits (timer, socket) is made in the worker's context, and wake() follows each post
/// to that context from another thread.
class network {
public:
    /// Hosts the transport in `context`, which must outlive it.
    explicit network(asio::io_context& context, network_options options = {});
    ~network();
    network(const network&) = delete;
    network& operator=(const network&) = delete;

    /// Runs the handlers of the context and everything that waits in the transport, until stop().
    /// An exception that escapes from a handler ends it too; it may be called again then.
    void run();

    /// Ends run(), now or as soon as it is called. Any thread.
    void stop() noexcept;

    /// Makes run() look for handlers that were posted to the context. Any thread.
    void wake() noexcept;

    /// The clock of deadlines. Steady; may be called on any thread.
    ///
    /// A deadline counts as passed when everything that had happened by then has been served: where
    /// the process was stopped for a while, what came in time meanwhile is found in time.
    [[nodiscard]] clock::time_point now() const noexcept;

    /// Waits until `deadline`.
    task<void> sleep_until(clock::time_point deadline);

    struct state;
    [[nodiscard]] state& self() noexcept { return *state_; }

private:
    std::unique_ptr<state> state_;
};

/// How an outgoing connection is made.
struct connect_options {
    /// Local address to connect from; unset = the system chooses.
    std::optional<asio::ip::address> source;
    /// SO_KEEPALIVE on the socket.
    bool keepalive = false;
};

/// Hears how a connect ended.
class connect_observer {
public:
    /// Called once, on the worker's thread; may end the life of the observer and the connection.
    virtual void connect_ended(error_code error) noexcept = 0;

protected:
    ~connect_observer() = default;
};

/// Outcome of a read: an error, or the number of bytes read, where 0 is the end of the stream.
struct read_result {
    error_code error;
    std::size_t bytes = 0;
};

/// One TCP connection, or none. Movable, one pointer wide. Closes when destroyed.
///
/// The contract of every body; tests/platform/transport/connection_contract_test.cpp holds each of
/// them to it:
/// - An empty connection has no peer (endpoint{}) and nothing unsent; cancel(), close() and reset()
///   leave it as it is. Nothing else may be asked of it but connect(), and that of no other.
/// - At most one read and one write wait at a time. The connection may be moved meanwhile, and must
///   not be closed or destroyed before they have ended: cancel() comes first.
/// - A deadline ends the read or write that waits, and no more: the next one starts as usual.
/// - The end of the stream is read again and again, and so is a failure: once a read has ended in
///   an error of the connection, no later one takes that for an end.
/// - The end of the peer's stream does not end ours: writes go on.
/// - cancel() is for good. What is there to be read, or was given to unread(), is not read then.
/// - Moving from a connection leaves it empty; moving to one closes what that held.
class connection {
public:
    connection() noexcept;
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;
    ~connection();

    /// Whether there is a socket, open or still connecting.
    [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

    /// Opens a socket in `network` and connects it to `target`. An attempt that is not answered by
    /// `deadline` ends in asio::error::timed_out; one that cancel() stopped in operation_aborted.
    /// After an error the connection is empty again.
    task<error_code> connect(network& network, endpoint target, connect_options options,
                             clock::time_point deadline);

    /// The same, but tells `observer` of the end, perhaps before this call returns. Most sessions
    /// wait for nothing else on their way to the relay, and this needs no coroutine frames. Until
    /// then the connection must stay where it is, and open; cancel() is allowed.
    void connect(network& network, endpoint target, connect_options options,
                 clock::time_point deadline, connect_observer& observer);

    /// Reads what is there, at least one byte, at most `buffer`, which is not empty; first what was
    /// given to unread(). Ends in timed_out at `deadline`, in operation_aborted after cancel().
    task<read_result> read_some(asio::mutable_buffer buffer, clock::time_point deadline);

    /// Writes the whole of `buffer`. Ends in timed_out at `deadline`, in operation_aborted after
    /// cancel(); part of it may then have been sent.
    task<error_code> write(asio::const_buffer buffer, clock::time_point deadline);

    /// Gives back bytes that were read too far: the next read_some() or relay() delivers them
    /// first, ahead of what was given back before and is still there. Copies them. Whoever closes
    /// the connection before they were read resets it, as a system does with bytes that it holds.
    void unread(std::string_view bytes);

    /// Bytes on their way to the peer: what a relay has read for it and not yet written, and what
    /// its system has not acknowledged, as far as this system knows that. An end of stream may
    /// count as one byte. Asks the system.
    [[nodiscard]] std::size_t unsent() const noexcept;

    /// The other end, as it was when the connection was accepted or connected; the same after
    /// cancel(), and after the peer has gone.
    [[nodiscard]] endpoint peer() const noexcept;

    /// Ends every operation that waits on this connection, the relay included, with
    /// operation_aborted, and every later one at once. The socket stays open until closed.
    void cancel() noexcept;

    /// Closes in order: what was written is still delivered by the system. Empty afterwards. See
    /// unread() for the exception.
    void close() noexcept;

    /// Closes with a reset (SO_LINGER 0): the peer sees an error and not a clean end.
    /// Empty afterwards.
    void reset() noexcept;

    struct state;
    [[nodiscard]] state* self() const noexcept { return state_.get(); }
    /// For the transport alone: takes over a state that it made.
    explicit connection(state* made) noexcept;

private:
    struct closer {
        void operator()(state* closed) const noexcept;
    };
    std::unique_ptr<state, closer> state_;
};

/// How a listening socket is opened.
struct listen_options {
    /// Serve IPv4 too where the address is the IPv6 wildcard.
    bool dual_stack = false;
    /// SO_KEEPALIVE on accepted sockets.
    bool keepalive = false;
    /// Length of the queue of connections that the system holds for us; the system may lower it.
    int backlog = 4096;
    /// Acceptors of this process that let_overlap() may be bound to an address that this one
    /// overlaps, as 127.0.0.1 and the wildcard do. Of no use where the system knows no such thing.
    bool beside_own = false;
};

/// Outcome of an accept: an error, or a connection and the worker that it belongs to.
struct accept_result {
    error_code error;
    connection client;
    /// Index into the workers that were given to open_acceptors().
    std::size_t worker = 0;
};

/// One listening socket, as seen from one worker.
class acceptor {
public:
    acceptor(acceptor&&) noexcept;
    acceptor& operator=(acceptor&&) noexcept;
    ~acceptor();

    /// The next client. An error other than operation_aborted leaves the acceptor usable: try
    /// again, after a pause where the system is out of descriptors or memory. After stop(), first
    /// delivers every connection that the system has queued, then closes the listening socket and
    /// ends in operation_aborted; the queue of a passed socket is left to whoever has it too.
    task<accept_result> accept();

    /// Makes accept() run dry, see there.
    void stop() noexcept;

    /// SO_KEEPALIVE on the sockets that are accepted from now on. Errors are ignored.
    void set_keepalive(bool wanted) noexcept;

    /// Lets this process open another acceptor at an address that overlaps this one, see
    /// listen_options::beside_own; the more specific one gets a client. Any thread, before stop().
    void let_overlap() noexcept;

    /// The bound address, with the port that the system chose where 0 was asked for. Any thread.
    [[nodiscard]] endpoint local() const noexcept;

    struct state;
    explicit acceptor(state* made) noexcept;

private:
    struct closer {
        void operator()(state* closed) const noexcept;
    };
    std::unique_ptr<state, closer> state_;
};

/// An acceptor and the worker on whose thread it is to be used.
struct placed_acceptor {
    std::size_t worker;
    acceptor socket;
};

/// Binds `address` and listens, for all `workers`: gives one acceptor that hands its connections to
/// the workers in turn, or one for each of them, as suits the transport. Any thread, also while the
/// workers run. On failure `error` is set and the result empty. A port on which any other process
/// listens is refused with asio::error::address_in_use.
std::vector<placed_acceptor> open_acceptors(endpoint address, const listen_options& options,
                                            std::span<network* const> workers, error_code& error);

/// The same on a socket that the supervisor has passed; at most one set of acceptors at a time. Of
/// `options` keepalive alone matters. To be stopped before it is adopted again.
std::vector<placed_acceptor> adopt_acceptors(const std::shared_ptr<const passed_socket>& passed,
                                             const listen_options& options,
                                             std::span<network* const> workers, error_code& error);

/// What the relay may do, and how long.
struct relay_options {
    /// After a failure, the bytes that were received before it are still delivered; the other side
    /// is reset when they have arrived, or when none has for so long.
    std::chrono::milliseconds flush_timeout{5000};
};

/// Counters of a running relay; bytes are counted when they were read.
struct relay_stats {
    std::uint64_t from_client = 0;
    std::uint64_t from_target = 0;
    /// The last time that a byte moved; before the first one, what it was at the start.
    clock::time_point last_active{};
    /// When the end of the first direction was passed on; never = both are still open.
    clock::time_point half_closed_at = never;
};

enum class side : std::uint8_t { client, target };

/// How a relay ended.
struct relay_result {
    /// Unset = both directions ended in order. Otherwise the first failure; operation_aborted where
    /// cancel() ended it.
    error_code error;
    /// Whose end of stream, or whose failure, came first.
    side first = side::client;
};

/// Hears how a relay ended.
class relay_observer {
public:
    /// Called once, on the worker's thread; may end the life of the observer, the connections and
    /// the counters.
    virtual void relay_ended(const relay_result& result) noexcept = 0;

protected:
    ~relay_observer() = default;
};

/// Starts to move bytes both ways. When both directions have ended it closes both connections and
/// tells `observer`, perhaps before this call returns. The end of one direction is passed on
/// (shutdown) and leaves the other open. A failure on one side is passed on as a reset, after all
/// that was received before it has been delivered or `flush_timeout` has passed without progress;
/// so is a target that resets what was sent to it behind its end of stream. Holds a bounded
/// amount of data in either direction; a blocked direction does not hold up the other one. Reading
/// does not go on while the other side does not take what was read.
///
/// An observer and no awaitable: a session spends its life here, and so needs no coroutine frames
/// while it does. `client`, `target`, `stats` and `observer` must live until relay_ended().
void relay(connection& client, connection& target, const relay_options& options, relay_stats& stats,
           relay_observer& observer);

} // namespace plug::platform
