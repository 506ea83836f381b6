#include "tests/support/scripted_transport.hpp"

#include "platform/connect_and_tell.hpp"
#include "platform/passed_sockets.hpp"
#include "platform/processors.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace plug::testing {

waiter::waiter(platform::network::state& where, clock::time_point until)
    : net(where), deadline(until), asleep(where.context.get_executor(), platform::never),
      place(where.waiting.insert(where.waiting.end(), this)) {}

waiter::~waiter() { net.waiting.erase(place); }

platform::task<void> waiter::wait() {
    if (!woken && net.now < deadline) {
        co_await asleep.async_wait(boost::asio::as_tuple(boost::asio::deferred));
    }
}

void waiter::wake() {
    woken = true;
    asleep.cancel();
}

void running_relay::end(const platform::relay_result& outcome) {
    result = outcome;
    waiting.wake();
}

} // namespace plug::testing

namespace plug::platform {

using testing::far_end;
using testing::waiter;

void network::state::settle() {
    while (context.poll() > 0) {
    }
}

void network::state::advance(clock::duration by) {
    const auto end = now + by;
    settle();
    while (true) {
        const auto next = std::min_element(
            waiting.begin(), waiting.end(),
            [](const waiter* one, const waiter* other) { return one->deadline < other->deadline; });
        if (next == waiting.end() || (*next)->deadline > end) {
            break;
        }
        now = std::max(now, (*next)->deadline);
        (*next)->asleep.cancel();
        settle();
    }
    now = end;
}

network::network(asio::io_context& context, network_options)
    : state_(std::make_unique<state>(context)) {}
network::~network() = default;

void network::run() { state_->context.run(); }

void network::stop() noexcept { state_->context.stop(); }

void network::wake() noexcept {} // the io_context wakes by itself

clock::time_point network::now() const noexcept { return state_->now; }

task<void> network::sleep_until(clock::time_point deadline) {
    waiter until(*state_, deadline);
    co_await until.wait();
}

struct connection::state {
    state(network::state& owner, std::shared_ptr<far_end> other)
        : net(owner), remote(std::move(other)) {}
    ~state() {
        if (remote->now == far_end::state::open) {
            remote->now = far_end::state::closed;
        }
    }

    /// Waits for what the remote end never does. Gives why it ended.
    task<error_code> hang(clock::time_point deadline) {
        waiter until(net, deadline);
        waiting = &until;
        co_await until.wait();
        waiting = nullptr;
        co_return cancelled ? asio::error::operation_aborted : asio::error::timed_out;
    }

    network::state& net;
    std::shared_ptr<far_end> remote;
    waiter* waiting = nullptr;
    bool cancelled = false;
};

connection network::state::accepted(std::shared_ptr<far_end> remote) {
    return connection(new connection::state(*this, std::move(remote)));
}

connection::connection() noexcept = default;
connection::connection(state* made) noexcept : state_(made) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

void connection::closer::operator()(state* closed) const noexcept { delete closed; }

task<error_code> connection::connect(class network& network, endpoint target,
                                     connect_options options, clock::time_point deadline) {
    auto remote = std::make_shared<far_end>(far_end{target, options});
    auto& net = network.self();
    net.connects.push_back(remote);
    state_.reset(new state(net, remote));
    if (net.on_connect) {
        net.on_connect(*remote);
    }
    error_code error = remote->answer.value_or(error_code{});
    if (!remote->answer) {
        error = co_await state_->hang(deadline);
    } else if (remote->answers_after > clock::duration::zero()) {
        co_await state_->hang(net.now + remote->answers_after);
    }
    if (error) {
        state_.reset();
    }
    co_return error;
}

void connection::connect(class network& network, endpoint target, connect_options options,
                         clock::time_point deadline, connect_observer& observer) {
    asio::co_spawn(network.self().context,
                   connect_and_tell(*this, network, target, options, deadline, observer),
                   asio::detached);
}

task<read_result> connection::read_some(asio::mutable_buffer buffer, clock::time_point deadline) {
    if (state_->cancelled) {
        co_return read_result{asio::error::operation_aborted, 0};
    }
    auto& says = state_->remote->says;
    if (says.empty()) {
        const auto error = co_await state_->hang(deadline);
        co_return read_result{error, 0};
    }
    const auto next = std::move(says.front());
    says.pop_front();
    const auto count = std::min(next.bytes.size(), buffer.size());
    std::memcpy(buffer.data(), next.bytes.data(), count);
    if (count < next.bytes.size()) {
        says.push_front({next.bytes.substr(count), next.error});
    }
    co_return read_result{next.error, count};
}

task<error_code> connection::write(asio::const_buffer buffer, clock::time_point deadline) {
    auto& remote = *state_->remote;
    if (state_->cancelled) {
        co_return asio::error::operation_aborted;
    }
    if (!remote.takes) {
        const auto error = co_await state_->hang(deadline);
        co_return error;
    }
    if (!*remote.takes) {
        remote.heard.append(static_cast<const char*>(buffer.data()), buffer.size());
    }
    co_return *remote.takes;
}

void connection::unread(std::string_view bytes) { state_->remote->given_back.assign(bytes); }

std::size_t connection::unsent() const noexcept {
    if (!state_) {
        return 0;
    }
    ++state_->remote->times_asked;
    return state_->remote->unsent;
}

endpoint connection::peer() const noexcept { return state_->remote->address; }

void connection::cancel() noexcept {
    if (state_) {
        state_->cancelled = true;
        if (state_->waiting != nullptr) {
            state_->waiting->wake();
        }
    }
}

void connection::close() noexcept { state_.reset(); }

void connection::reset() noexcept {
    if (state_) {
        state_->remote->now = far_end::state::reset;
        state_.reset();
    }
}

struct acceptor::state {
    std::vector<network*> workers;
    endpoint local;
    bool stopping = false;

    [[nodiscard]] network::state& home() const { return workers.front()->self(); }
};

void network::state::arrive(testing::arrival next) {
    queue.push_back(std::move(next));
    if (accepting != nullptr) {
        accepting->wake();
    }
}

acceptor::acceptor(state* made) noexcept : state_(made) {}
acceptor::acceptor(acceptor&&) noexcept = default;
acceptor& acceptor::operator=(acceptor&&) noexcept = default;
acceptor::~acceptor() = default;

void acceptor::closer::operator()(state* closed) const noexcept { delete closed; }

task<accept_result> acceptor::accept() {
    auto& net = state_->home();
    if (net.queue.empty() && !state_->stopping) {
        waiter until(net, never);
        net.accepting = &until;
        co_await until.wait();
        net.accepting = nullptr;
    }
    if (net.queue.empty()) {
        co_return accept_result{asio::error::operation_aborted, {}, 0};
    }
    const auto next = std::move(net.queue.front());
    net.queue.pop_front();
    if (next.error == boost::system::errc::not_enough_memory) {
        throw std::bad_alloc();
    }
    accept_result result{next.error, {}, next.worker};
    if (!next.error) {
        result.client = state_->workers[next.worker]->self().accepted(next.client);
    }
    co_return result;
}

void acceptor::stop() noexcept {
    state_->stopping = true;
    if (auto* const waiting = state_->home().accepting) {
        waiting->wake();
    }
}

void acceptor::set_keepalive(bool) noexcept {}
void acceptor::let_overlap() noexcept {}

endpoint acceptor::local() const noexcept { return state_->local; }

std::vector<placed_acceptor> open_acceptors(endpoint address, const listen_options&,
                                            std::span<network* const> workers, error_code& error) {
    error = {};
    std::vector<placed_acceptor> opened;
    opened.push_back({0, acceptor(new acceptor::state{{workers.begin(), workers.end()}, address})});
    return opened;
}

std::vector<placed_acceptor> adopt_acceptors(const std::shared_ptr<const passed_socket>& passed,
                                             const listen_options& options,
                                             std::span<network* const> workers, error_code& error) {
    return open_acceptors(passed->local(), options, workers, error);
}

namespace {

task<void> run_relay(connection& client, connection& target, relay_stats& stats,
                     relay_observer& observer) {
    auto& from = *client.self();
    auto& to = *target.self();
    waiter until(from.net, never);
    testing::running_relay running{stats, from.remote, to.remote, until};
    from.net.relays.push_back(&running);
    from.waiting = to.waiting = &until;
    if (!from.cancelled && !to.cancelled) {
        co_await until.wait();
    }
    from.net.relays.remove(&running);
    const auto result =
        running.result.value_or(relay_result{asio::error::operation_aborted, side::client});
    if (result.error) {
        client.reset();
        target.reset();
    } else {
        client.close();
        target.close();
    }
    observer.relay_ended(result);
}

} // namespace

void relay(connection& client, connection& target, const relay_options&, relay_stats& stats,
           relay_observer& observer) {
    asio::co_spawn(client.self()->net.context, run_relay(client, target, stats, observer),
                   asio::detached);
}

unsigned usable_processors() noexcept { return 1; }

} // namespace plug::platform
