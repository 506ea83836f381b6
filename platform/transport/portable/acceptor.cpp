// acceptor: one Asio acceptor for all workers, which hands its connections to them in turn.
#include "platform/passed_sockets.hpp"
#include "platform/transport/listening_socket.hpp"
#include "platform/transport/portable/operation.hpp"
#include "platform/transport/portable/states.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <utility>

namespace plug::platform {

using listening_socket = asio::basic_socket_acceptor<tcp, executor>;

namespace {

/// Accepted sockets inherit it: urgent bytes may come before a client is accepted.
void keep_urgent_in_line(listening_socket& socket) noexcept {
    error_code ignored;
    socket.set_option(asio::socket_base::out_of_band_inline(true), ignored);
}

} // namespace

struct acceptor::state {
    state(listening_socket opened, std::span<network* const> all, const listen_options& options)
        : socket(std::move(opened)), workers(all.begin(), all.end()), keepalive(options.keepalive) {
    }
    ~state() { leave(); }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    accept_result deliver(const error_code& error, stream_socket accepted, const endpoint& peer,
                          std::size_t worker);
    accept_result take_queued(std::size_t worker);
    error_code join();
    void leave() noexcept;

    listening_socket socket;
    std::vector<network*> workers;
    std::size_t turn = 0;
    bool keepalive;
    bool stopping = false;
    /// Null = the socket is this one's own.
    std::shared_ptr<const passed_socket> passed;
};

acceptor::acceptor(state* made) noexcept : state_(made) {}
acceptor::acceptor(acceptor&&) noexcept = default;
acceptor& acceptor::operator=(acceptor&&) noexcept = default;
acceptor::~acceptor() = default;

void acceptor::closer::operator()(state* closed) const noexcept { delete closed; }

/// Accepts straight into the io_context of the worker whose turn it is, as a socket belongs to one
/// completion port for good on systems that have those.
task<accept_result> acceptor::accept() {
    const auto worker = state_->turn;
    auto& context = state_->workers[worker]->self().context;
    if (const error_code error = state_->join()) {
        co_return accept_result{error, {}, worker};
    }
    if (!state_->stopping) {
        endpoint peer;
        // It holds the socket that it makes, and both addresses on Windows.
        sized_operation<768, error_code, stream_socket> accepting;
        co_await accepting.wait(
            [&](auto handler) { state_->socket.async_accept(context, peer, std::move(handler)); });
        auto [error, accepted] = accepting.came_to();
        const bool interrupted = error == asio::error::operation_aborted;
        if (!interrupted || !state_->stopping) {
            co_return state_->deliver(error, std::move(accepted), peer, worker);
        }
    }
    co_return state_->take_queued(worker);
}

accept_result acceptor::state::deliver(const error_code& error, stream_socket accepted,
                                       const endpoint& peer, std::size_t worker) {
    accept_result result;
    result.error = error;
    result.worker = worker;
    if (!error) {
        turn = (worker + 1) % workers.size();
        set_session_options(accepted, keepalive);
        auto* const made = new connection::state(workers[worker]->self(), std::move(accepted));
        made->peer = peer;
        result.client = connection(made);
    }
    return result;
}

/// After stop(): those that the system has accepted for us already, then the end.
accept_result acceptor::state::take_queued(std::size_t worker) {
    error_code error = asio::error::bad_descriptor;
    endpoint peer;
    stream_socket accepted(workers[worker]->self().context.get_executor());
    if (socket.is_open()) {
        socket.non_blocking(true, error);
        socket.accept(accepted, peer, error);
    }
    if (!error) {
        return deliver(error, std::move(accepted), peer, worker);
    }
    error_code ignored;
    socket.close(ignored);
    return deliver(asio::error::operation_aborted, std::move(accepted), peer, worker);
}

/// Gives Asio the passed socket, where it does not have it yet. On the worker's thread, and so
/// after an earlier acceptor has let go of it.
error_code acceptor::state::join() {
    error_code error;
    if (passed && !socket.is_open()) {
        socket.assign(passed->local().protocol(), passed->number(), error);
        keep_urgent_in_line(socket);
    }
    return error;
}

/// Lets go of a passed socket, which others keep open: if it were closed here, Asio would leave it
/// in its set.
void acceptor::state::leave() noexcept {
    if (passed) {
        error_code ignored;
        if (socket.is_open()) {
            socket.release(ignored);
        }
        passed.reset();
    }
}

void acceptor::stop() noexcept {
    state_->stopping = true;
    state_->leave();
    error_code ignored;
    state_->socket.cancel(ignored);
}

void acceptor::set_keepalive(bool wanted) noexcept { state_->keepalive = wanted; }

void acceptor::let_overlap() noexcept { platform::let_overlap(state_->socket.native_handle()); }

endpoint acceptor::local() const noexcept {
    if (state_->passed) {
        return state_->passed->local();
    }
    error_code ignored;
    return state_->socket.local_endpoint(ignored);
}

namespace {

error_code listen(listening_socket& socket, const endpoint& address,
                  const listen_options& options) {
    error_code error;
    socket.open(address.protocol(), error);
    keep_urgent_in_line(socket);
    if (!error) {
        error = claim_port(socket.native_handle());
    }
    if (!error && options.beside_own) {
        error = let_overlap(socket.native_handle());
    }
    if (!error && address.address().is_v6()) {
        socket.set_option(asio::ip::v6_only(!options.dual_stack), error);
    }
    if (!error) {
        socket.bind(address, error);
    }
    if (!error) {
        socket.listen(queue_length(options.backlog), error);
    }
    return error;
}

} // namespace

std::vector<placed_acceptor> open_acceptors(endpoint address, const listen_options& options,
                                            std::span<network* const> workers, error_code& error) {
    std::vector<placed_acceptor> opened;
    listening_socket socket(workers.front()->self().context.get_executor());
    error = listen(socket, address, options);
    if (!error) {
        opened.push_back({0, acceptor(new acceptor::state(std::move(socket), workers, options))});
    }
    return opened;
}

std::vector<placed_acceptor> adopt_acceptors(const std::shared_ptr<const passed_socket>& passed,
                                             const listen_options& options,
                                             std::span<network* const> workers, error_code& error) {
    error = {};
    listening_socket socket(workers.front()->self().context.get_executor());
    auto* const made = new acceptor::state(std::move(socket), workers, options);
    made->passed = passed;
    std::vector<placed_acceptor> adopted;
    adopted.push_back({0, acceptor(made)});
    return adopted;
}

} // namespace plug::platform
