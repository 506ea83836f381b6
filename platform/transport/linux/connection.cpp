#include "platform/posix/system_error.hpp"
#include "platform/transport/linux/connect_outgoing.hpp"
#include "platform/transport/linux/connection_state.hpp"
#include "platform/transport/linux/relay_machine.hpp"
#include "platform/transport/linux/socket.hpp"

#include <boost/assert.hpp>

#include <cstring>

namespace plug::platform {

namespace {

error_code as_error(waiter::outcome how) {
    switch (how) {
    case waiter::outcome::timed_out:
        return asio::error::timed_out;
    case waiter::outcome::aborted:
        return asio::error::operation_aborted;
    case waiter::outcome::ready:
        break;
    }
    return {};
}

error_code as_error(int number) { return {number, boost::system::system_category()}; }

/// Takes at most `size` of what was unread; 0 where there is nothing.
std::size_t take_unread(connection::state& from, void* data, std::size_t size) {
    if (!from.unread)
        return 0;
    const std::size_t taken = std::min(size, from.unread->size());
    std::memcpy(data, from.unread->data(), taken);
    from.unread->erase(0, taken);
    if (from.unread->empty())
        from.unread.reset();
    return taken;
}

/// Opens a socket and starts to connect it; in_progress = an event will tell the outcome.
error_code begin_connect(connection& made, network::state& worker, const endpoint& target,
                         const connect_options& options) {
    error_code error;
    descriptor opened = connect_outgoing(worker.ports, target, options, error);
    if (error && error != asio::error::in_progress)
        return error;
    made = connection{new connection::state{worker, std::move(opened), target}};
    made.self()->delaying = true;
    made.self()->writable = !error;
    if (const error_code unwatched = worker.loop.watch(*made.self())) {
        made.close();
        return unwatched;
    }
    return error;
}

/// What a connect came to that has waited.
error_code end_connect(connection& made, waiter::outcome how) {
    error_code error = as_error(how);
    // The system tells of a failure through an error event; without one it is connected.
    if (!error && made.self()->failed)
        error = as_error(made.self()->take_error());
    if (error)
        made.close();
    return error;
}

} // namespace

connection::connection() noexcept = default;
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;
connection::connection(state* made) noexcept : state_(made) {}

void connection::closer::operator()(state* closed) const noexcept {
    if (closed->relay != nullptr)
        closed->relay->abandon();
    closed->cancel_waiting();
    if (closed->unread)
        closed->reset_when_closed(); // as the system does with bytes that were not read
    event_loop::retire(closed);
}

task<error_code> connection::connect(network& network, endpoint target, connect_options options,
                                     clock::time_point deadline) {
    BOOST_ASSERT(!state_);
    const error_code started = begin_connect(*this, network.self(), target, options);
    if (started != asio::error::in_progress)
        co_return started;
    waiter connecting{network.self().loop, state_->writer};
    co_await connecting.suspend(deadline);
    co_return end_connect(*this, connecting.how());
}

void connection::connect(network& network, endpoint target, connect_options options,
                         clock::time_point deadline, connect_observer& observer) {
    BOOST_ASSERT(!state_);
    const error_code started = begin_connect(*this, network.self(), target, options);
    if (started != asio::error::in_progress)
        return observer.connect_ended(started);
    state_->connecting = std::make_unique<waiter>(network.self().loop, state_->writer);
    state_->connecting->start(deadline, [this, &observer] {
        const auto waited = std::move(state_->connecting); // it lives until this call returns
        observer.connect_ended(end_connect(*this, waited->how()));
    });
}

task<read_result> connection::read_some(asio::mutable_buffer buffer, clock::time_point deadline) {
    state* const from = state_.get();
    BOOST_ASSERT(buffer.size() != 0);
    for (;;) {
        if (from->cancelled)
            co_return read_result{asio::error::operation_aborted, 0};
        if (const auto taken = take_unread(*from, buffer.data(), buffer.size()); taken != 0) {
            co_return read_result{{}, taken};
        }
        if (from->lost)
            co_return read_result{asio::error::connection_reset, 0};
        if (from->readable) {
            const moved result = from->receive(buffer.data(), buffer.size());
            if (result.error == 0)
                co_return read_result{{}, result.bytes};
            if (!result.would_block()) {
                from->lost = true;
                co_return read_result{as_error(result.error), 0};
            }
        }
        waiter reading{from->worker.loop, from->reader};
        co_await reading.suspend(deadline);
        if (const error_code error = as_error(reading.how()))
            co_return read_result{error, 0};
    }
}

task<error_code> connection::write(asio::const_buffer buffer, clock::time_point deadline) {
    state* const to = state_.get();
    if (to->cancelled)
        co_return asio::error::operation_aborted;
    while (buffer.size() != 0) {
        if (to->cancelled)
            co_return asio::error::operation_aborted;
        const moved result = to->send(buffer.data(), buffer.size());
        if (result.error != 0 && !result.would_block())
            co_return as_error(result.error);
        buffer += result.bytes;
        if (buffer.size() == 0)
            break;
        waiter writing{to->worker.loop, to->writer};
        co_await writing.suspend(deadline);
        if (const error_code error = as_error(writing.how()))
            co_return error;
    }
    co_return error_code{};
}

void connection::unread(std::string_view bytes) {
    if (bytes.empty())
        return;
    if (state_->unread) {
        state_->unread->insert(0, bytes);
    } else {
        state_->unread = std::make_unique<std::string>(bytes);
    }
}

std::size_t connection::unsent() const noexcept { return state_ ? state_->unsent() : 0; }

endpoint connection::peer() const noexcept { return state_ ? state_->peer : endpoint{}; }

void connection::cancel() noexcept {
    if (!state_)
        return;
    state_->cancelled = true;
    state_->cancel_waiting();
    if (state_->relay != nullptr)
        state_->relay->cancel();
}

void connection::close() noexcept { state_.reset(); }

void connection::reset() noexcept {
    if (!state_)
        return;
    state_->reset_when_closed();
    state_.reset();
}

} // namespace plug::platform
