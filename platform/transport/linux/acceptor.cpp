#include "platform/transport/linux/acceptor_state.hpp"

#include "platform/posix/system_error.hpp"
#include "platform/transport/linux/socket.hpp"

#include <utility>

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

/// After so many clients of a shared socket a worker lets the others go first.
constexpr unsigned most_taken_in_a_row = 16;

/// After so many clients the sessions that are there get their turn. A session that goes on while
/// what it touches is still in the caches costs less: with 1000 clients at once a sixth of the CPU
/// of a connection.
constexpr unsigned most_taken_in_a_turn = 4;

} // namespace

acceptor::state::state(network::state& hosting, std::size_t worker_index, descriptor listening)
    : watched(std::move(listening)), worker(hosting), index(worker_index),
      address(local_endpoint(socket)) {}

acceptor::state::state(network::state& hosting, std::size_t worker_index,
                       std::shared_ptr<const passed_socket> shared, bool alone)
    : watched(descriptor{shared->number()}), worker(hosting), index(worker_index),
      address(shared->local()), passed(std::move(shared)), has_others_(!alone) {}

acceptor::state::~state() { leave(); }

error_code acceptor::state::watch() {
    if (has_others_ && taken_ >= most_taken_in_a_row)
        go_behind_the_others();
    if (is_watched_)
        return {};
    const error_code error = passed ? worker.loop.watch_shared(*this) : worker.loop.watch(*this);
    is_watched_ = !error;
    return error;
}

/// Of the workers that sleep the system wakes the one that has been in its list for the longest:
/// without this it would be the same one again and again.
void acceptor::state::go_behind_the_others() {
    taken_ = 0;
    if (std::exchange(is_watched_, false))
        worker.loop.unwatch_shared(*this);
}

void acceptor::state::leave() noexcept {
    if (!passed)
        return;
    if (std::exchange(is_watched_, false))
        worker.loop.unwatch_shared(*this);
    socket.release();
    passed.reset();
}

bool acceptor::state::lets_the_sessions_go_first() noexcept {
    const bool may_go_on = readable && !stopping;
    if (may_go_on && taken_in_turn_ < most_taken_in_a_turn)
        return false;
    taken_in_turn_ = 0;
    return may_go_on;
}

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
    ++taken_;
    ++taken_in_turn_;
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
    closed->leave();
    event_loop::retire(closed);
}

task<accept_result> acceptor::accept() {
    state* const from = state_.get();
    for (;;) {
        if (!from->socket)
            co_return accept_result{asio::error::operation_aborted, {}, from->index};
        const bool pauses = from->lets_the_sessions_go_first();
        if (!pauses && (from->readable || from->stopping)) {
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
        if (pauses) {
            co_await accepting.suspend_for_a_turn();
        } else {
            if (const error_code error = from->watch())
                co_return accept_result{error, {}, from->index};
            co_await accepting.suspend(never);
        }
        if (accepting.how() == waiter::outcome::aborted) {
            co_return accept_result{asio::error::operation_aborted, {}, 0};
        }
    }
}

void acceptor::stop() noexcept {
    state_->stopping = true;
    state_->leave(); // at once: a reload may have the next one adopt it
    if (state_->waiting != nullptr)
        state_->waiting->complete_soon(waiter::outcome::ready);
}

void acceptor::set_keepalive(bool wanted) noexcept { inherit_keepalive(state_->socket, wanted); }

void acceptor::let_overlap() noexcept { share_port(state_->socket); }

endpoint acceptor::local() const noexcept { return state_->address; }

} // namespace plug::platform
