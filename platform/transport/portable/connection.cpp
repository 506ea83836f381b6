// connection: an Asio socket with deadlines.
#include "platform/transport/local_choice.hpp"
#include "platform/transport/portable/operation.hpp"
#include "platform/transport/portable/states.hpp"
#include "platform/transport/socket_state.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace plug::platform {

namespace {

void interrupt_state(void* waiter) { static_cast<connection::state*>(waiter)->interrupt(); }

/// An operation that ended because its time had come says so.
error_code outcome(const error_code& error, const deadline_entry& deadline) {
    return error == asio::error::operation_aborted && deadline.has_come()
               ? error_code(asio::error::timed_out)
               : error;
}

error_code prepare(stream_socket& socket, const endpoint& target, const connect_options& options) {
    error_code error;
    socket.open(target.protocol(), error);
    if (!error && options.source) {
        choose_port_late(socket.native_handle());
        socket.bind({*options.source, 0}, error);
    }
    if (!error) {
        set_session_options(socket, options.keepalive);
    }
    return error;
}

error_code narrow(stream_socket& socket, port_search& search) {
    error_code error = narrow_ports(socket.native_handle(), search);
    if (error && search.choice().what == port_choice::kind::window) {
        search.refuse_windows(clock::now());
        error = narrow_ports(socket.native_handle(), search);
    }
    return error;
}

void learn_port(const stream_socket& socket, port_search& search) {
    error_code ignored;
    if (search.wants_port()) {
        search.learn(socket.local_endpoint(ignored).port());
    }
}

/// What came ahead of a reset is delivered first: Wine tells a read that waits of the reset even
/// where bytes have come with it. A later read finds the reset again, see ended_by_reset().
read_result read_behind_reset(stream_socket& socket, asio::mutable_buffer buffer,
                              const error_code& reset) {
    error_code error;
    socket.non_blocking(true, error);
    const auto count = error ? 0 : socket.read_some(buffer, error);
    return count != 0 ? read_result{{}, count} : read_result{reset, 0};
}

} // namespace

void set_session_options(stream_socket& socket, bool keepalive) noexcept {
    error_code ignored; // a socket that refuses an option still carries bytes
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::out_of_band_inline(true), ignored);
    if (keepalive) {
        socket.set_option(asio::socket_base::keep_alive(true), ignored);
    }
}

void connection::state::interrupt() noexcept {
    ++interruptions;
    error_code ignored;
    socket.cancel(ignored);
}

task<read_result> connection::state::read_some(asio::mutable_buffer buffer,
                                               clock::time_point deadline) {
    if (cancelled) {
        co_return read_result{asio::error::operation_aborted, 0};
    }
    BOOST_ASSERT(buffer.size() != 0);
    if (!unread.empty()) {
        const auto count = std::min(unread.size(), buffer.size());
        std::memcpy(buffer.data(), unread.data(), count);
        unread.erase(0, count);
        co_return read_result{{}, count};
    }
    if (ended || lost) {
        co_return read_result{lost ? asio::error::connection_reset : error_code(), 0};
    }
    const deadline_entry entry(net.deadlines, deadline, &interrupt_state, this);
    operation<error_code, std::size_t> reading;
    co_await reading.wait(
        [&](auto handler) { socket.async_read_some(buffer, std::move(handler)); });
    const auto [error, count] = reading.came_to();
    if (error == asio::error::eof) {
        ended = true;
        lost = ended_by_reset(socket.native_handle());
        co_return read_result{lost ? asio::error::connection_reset : error_code(), 0};
    }
    if (error == asio::error::connection_reset) {
        const auto result = read_behind_reset(socket, buffer, error);
        lost = result.error.failed();
        co_return result;
    }
    lost = error.failed() && error != asio::error::operation_aborted;
    co_return read_result{outcome(error, entry), count};
}

task<error_code> connection::state::write(asio::const_buffer buffer, clock::time_point deadline) {
    if (cancelled) {
        co_return asio::error::operation_aborted;
    }
    const deadline_entry entry(net.deadlines, deadline, &interrupt_state, this);
    // An interruption between two portions finds nothing that it could end.
    const auto interruptions_before = interruptions;
    written.total += buffer.size();
    written.pending = buffer.size();
    while (buffer.size() != 0) {
        operation<error_code, std::size_t> writing;
        co_await writing.wait(
            [&](auto handler) { socket.async_write_some(buffer, std::move(handler)); });
        const auto [error, count] = writing.came_to();
        buffer += count;
        written.pending = error ? 0 : buffer.size();
        if (error) {
            co_return outcome(error, entry);
        }
        if (buffer.size() != 0 && progressed != nullptr) {
            *progressed = clock::now();
        }
        if (buffer.size() != 0 && interruptions != interruptions_before) {
            co_return outcome(asio::error::operation_aborted, entry);
        }
    }
    co_return error_code{};
}

/// A connect that waits without a coroutine.
struct connection::state::connecting {
    connecting(connection& handle, const endpoint& target, const connect_options& options,
               clock::time_point deadline, connect_observer& observer)
        : of_(*handle.state_), handle_(handle), options_(options), observer_(observer),
          entry_(of_.net.deadlines, deadline, &interrupt_state, &of_),
          search_(of_.net.ports, target, options.source, clock::now()) {}

    void try_port() {
        const error_code error = narrow(of_.socket, search_);
        if (error || search_.choice().what == port_choice::kind::none) {
            return tried(error);
        }
        of_.socket.async_connect(of_.peer, with_memory(memory_, [this](const error_code& failed) {
                                     tried(of_.cancelled
                                               ? error_code(asio::error::operation_aborted)
                                               : outcome(failed, entry_));
                                 }));
        called_at_ = clock::now(); // the system has looked for a port by now
    }

private:
    void tried(error_code error) {
        bool again = search_.goes_on(error, called_at_);
        if (again && entry_.has_come()) {
            error = asio::error::timed_out;
            again = false;
        }
        if (again && search_.needs_new_socket()) {
            error = open_again();
            again = !error;
        }
        again ? try_port() : end(error);
    }

    error_code open_again() noexcept {
        try {
            error_code ignored;
            of_.socket.close(ignored);
            return prepare(of_.socket, of_.peer, options_);
        } catch (const std::bad_alloc&) {
            return make_error_code(boost::system::errc::not_enough_memory);
        }
    }

    void end(error_code error) {
        learn_port(of_.socket, search_);
        auto& handle = handle_;
        auto& observer = observer_;
        of_.connects.reset(); // this object
        if (error) {
            handle.state_.reset();
        }
        observer.connect_ended(error);
    }

    state& of_;
    connection& handle_;
    const connect_options options_;
    connect_observer& observer_;
    handler_memory memory_;
    const deadline_entry entry_;
    port_search search_;
    clock::time_point called_at_ = clock::now();
};

connection::state::state(network::state& owner, stream_socket opened)
    : net(owner), socket(std::move(opened)) {}
connection::state::~state() = default;

connection::connection() noexcept = default;
connection::connection(state* made) noexcept : state_(made) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

void connection::closer::operator()(state* closed) const noexcept {
    if (!closed->unread.empty()) { // as the system does with bytes that were not read
        error_code ignored;
        closed->socket.set_option(asio::socket_base::linger(true, 0), ignored);
        closed->socket.close(ignored); // the destructor would let it linger
    }
    delete closed;
}

task<error_code> connection::connect(class network& network, endpoint target,
                                     connect_options options, clock::time_point deadline) {
    BOOST_ASSERT(!state_);
    auto& net = network.self();
    state_.reset(new state(net, stream_socket(net.context.get_executor())));
    error_code error = prepare(state_->socket, target, options);
    port_search search(net.ports, target, options.source, clock::now());
    for (bool again = !error; again;) {
        auto called_at = clock::now();
        error = narrow(state_->socket, search);
        if (!error && search.choice().what != port_choice::kind::none) {
            const deadline_entry entry(net.deadlines, deadline, &interrupt_state, state_.get());
            operation<error_code> connecting;
            co_await connecting.wait([&](auto handler) {
                state_->socket.async_connect(target, std::move(handler));
                called_at = clock::now(); // the system has looked for a port by now
            });
            const auto [failed] = connecting.came_to();
            error = state_->cancelled ? error_code(asio::error::operation_aborted)
                                      : outcome(failed, entry);
        }
        again = search.goes_on(error, called_at);
        if (again && search.needs_new_socket()) {
            state_->socket.close(error);
            error = prepare(state_->socket, target, options);
            again = !error;
        }
    }
    learn_port(state_->socket, search);
    if (error) {
        state_.reset();
    } else {
        state_->peer = target;
    }
    co_return error;
}

void connection::connect(class network& network, endpoint target, connect_options options,
                         clock::time_point deadline, connect_observer& observer) {
    BOOST_ASSERT(!state_);
    auto& net = network.self();
    state_.reset(new state(net, stream_socket(net.context.get_executor())));
    if (const error_code error = prepare(state_->socket, target, options)) {
        state_.reset();
        return observer.connect_ended(error);
    }
    state_->peer = target;
    state_->connects =
        std::make_unique<state::connecting>(*this, target, options, deadline, observer);
    state_->connects->try_port();
}

task<read_result> connection::read_some(asio::mutable_buffer buffer, clock::time_point deadline) {
    return state_->read_some(buffer, deadline);
}

task<error_code> connection::write(asio::const_buffer buffer, clock::time_point deadline) {
    return state_->write(buffer, deadline);
}

void connection::unread(std::string_view bytes) { state_->unread.insert(0, bytes); }

std::size_t connection::unsent() const noexcept {
    if (!state_) {
        return 0;
    }
    return unacknowledged_bytes(state_->socket.native_handle(), state_->written)
        .value_or(state_->written.pending);
}

endpoint connection::peer() const noexcept { return state_ ? state_->peer : endpoint{}; }

void connection::cancel() noexcept {
    if (state_) {
        state_->cancelled = true;
        state_->interrupt();
    }
}

void connection::close() noexcept { state_.reset(); }

void connection::reset() noexcept {
    if (state_) {
        error_code ignored;
        state_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
        state_->socket.close(ignored);
        state_.reset();
    }
}

} // namespace plug::platform
