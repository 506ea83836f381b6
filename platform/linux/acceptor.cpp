#include "platform/linux/acceptor_state.hpp"

#include "platform/linux/socket.hpp"
#include "platform/linux/system_error.hpp"

#include <sys/socket.h>

namespace plug::platform {

namespace {

/// Errors that belong to one client that has gone again, see accept(2): the next one may be there.
bool concerns_one_client(int error) noexcept {
    switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case EOPNOTSUPP:
        return true;
    default:
        return false;
    }
}

} // namespace

acceptor::state::state(network::state& hosting, std::size_t worker_index, descriptor listening)
    : watched(std::move(listening)), worker(hosting), index(worker_index),
      address(local_endpoint(socket)) {}

acceptor::state::~state() = default;

void acceptor::state::on_events(std::uint32_t) {
    readable = true;
    if (waiting != nullptr)
        waiting->complete(waiter::outcome::ready);
}

accept_result acceptor::state::take_next() {
    for (;;) {
        endpoint peer;
        auto size = static_cast<socklen_t>(peer.capacity());
        descriptor accepted{
            ::accept4(socket.get(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (accepted) {
            peer.resize(size);
            return adopt(std::move(accepted), peer);
        }
        if (!concerns_one_client(errno))
            return {last_error(), connection{}, index};
    }
}

accept_result acceptor::state::adopt(descriptor accepted, const endpoint& peer) {
    connection client{new connection::state{worker, std::move(accepted), peer}};
    if (const error_code error = worker.loop.watch(*client.self())) {
        return {error, connection{}, index};
    }
    return {{}, std::move(client), index};
}

acceptor::acceptor(state* made) noexcept : state_(made) {}
acceptor::acceptor(acceptor&&) noexcept = default;
acceptor& acceptor::operator=(acceptor&&) noexcept = default;
acceptor::~acceptor() = default;

void acceptor::closer::operator()(state* closed) const noexcept {
    if (closed->waiting != nullptr)
        closed->waiting->complete_soon(waiter::outcome::aborted);
    event_loop::retire(closed);
}

task<accept_result> acceptor::accept() {
    state* const from = state_.get();
    for (;;) {
        if (!from->socket)
            co_return accept_result{asio::error::operation_aborted, {}, from->index};
        if (from->readable || from->stopping) {
            accept_result taken = from->take_next();
            if (taken.error && from->stopping) {
                from->socket.close(); // none is left, or none can be had
                continue;
            }
            if (taken.error != asio::error::would_block)
                co_return taken;
            from->readable = false;
            continue;
        }
        waiter accepting{from->worker.loop, from->waiting};
        if (const error_code error = from->watch())
            co_return accept_result{error, {}, from->index};
        co_await accepting.suspend(never);
        if (accepting.how() == waiter::outcome::aborted) {
            co_return accept_result{asio::error::operation_aborted, {}, 0};
        }
    }
}

void acceptor::stop() noexcept {
    state_->stopping = true;
    if (state_->waiting != nullptr)
        state_->waiting->complete_soon(waiter::outcome::ready);
}

void acceptor::set_keepalive(bool wanted) noexcept { inherit_keepalive(state_->socket, wanted); }

endpoint acceptor::local() const noexcept { return state_->address; }

} // namespace plug::platform
