#include "tests/support/transport/scripted_transport.hpp"

#include "platform/passed_sockets.hpp"
#include "platform/processors.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

namespace plug::testing {

waiter::waiter(platform::network::state& where, clock::time_point until)
    : net(where), deadline(until), place(where.waiting.insert(where.waiting.end(), this)) {}

waiter::~waiter() {
    if (is_listed) {
        net.waiting.erase(place);
    }
}

platform::task<void> waiter::wait() {
    if (!woken && net.now < deadline) {
        co_await platform::suspend_coroutine([this](auto handler) {
            asleep.hold(std::move(handler));
            is_asleep = true;
        });
    }
}

void waiter::resume_soon() {
    if (std::exchange(is_asleep, false)) {
        boost::asio::post(net.context, platform::with_memory(memory, [this] { asleep.resume(); }));
    }
}

void waiter::wake() {
    woken = true;
    resume_soon();
}

void running_relay::end(const platform::relay_result& outcome) {
    result = outcome;
    waiting.wake();
}

} // namespace plug::testing

namespace plug::platform {

using testing::far_end;
using testing::waiter;

/// What still waits goes with the io_context.
network::state::~state() {
    for (auto* const each : waiting) {
        each->is_listed = false;
        each->asleep.forget();
    }
}

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
        (*next)->resume_soon();
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
            remote->now = unread.empty() ? far_end::state::closed : far_end::state::reset;
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
    std::string unread;
    bool cancelled = false;
};

namespace {

const error_code no_memory = make_error_code(boost::system::errc::not_enough_memory);

/// Tells once how something ended, out of memory where its coroutine goes without a word.
class teller {
public:
    teller(network::state& net, std::function<void(const error_code&)> hear)
        : life_(net.life), hear_(std::move(hear)) {}
    teller(teller&& other) noexcept
        : life_(std::move(other.life_)), hear_(std::exchange(other.hear_, nullptr)) {}
    teller& operator=(teller&&) = delete;
    ~teller() {
        if (!life_.expired()) {
            tell(no_memory);
        }
    }
    void forget() noexcept { hear_ = nullptr; }
    void tell(const error_code& error) {
        if (const auto hear = std::exchange(hear_, nullptr)) {
            hear(error);
        }
    }

private:
    std::weak_ptr<char> life_;
    std::function<void(const error_code&)> hear_;
};

template <typename Story> void begin(network::state& net, const Story& story) {
    try {
        asio::co_spawn(net.context, story(), asio::detached);
    } catch (const std::bad_alloc&) { // its teller has told it
    }
}

task<void> connect_and_tell(connection& made, network& hosting, endpoint target,
                            connect_options options, clock::time_point deadline, teller told) {
    const auto error = co_await made.connect(hosting, target, options, deadline);
    told.tell(error);
}

/// Takes what fits of the front of `bytes`.
std::size_t take_front(std::string& bytes, asio::mutable_buffer buffer) {
    const auto count = std::min(bytes.size(), buffer.size());
    std::memcpy(buffer.data(), bytes.data(), count);
    bytes.erase(0, count);
    return count;
}

} // namespace

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
    BOOST_ASSERT(!state_);
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
    auto& net = network.self();
    teller told(net, [&observer](const error_code& error) { observer.connect_ended(error); });
    begin(net, [&] {
        return connect_and_tell(*this, network, target, options, deadline, std::move(told));
    });
}

task<read_result> connection::read_some(asio::mutable_buffer buffer, clock::time_point deadline) {
    if (state_->cancelled) {
        co_return read_result{asio::error::operation_aborted, 0};
    }
    BOOST_ASSERT(buffer.size() != 0);
    if (!state_->unread.empty()) {
        co_return read_result{{}, take_front(state_->unread, buffer)};
    }
    auto& says = state_->remote->says;
    if (says.empty()) {
        const auto error = co_await state_->hang(deadline);
        co_return read_result{error, 0};
    }
    auto& next = says.front();
    const auto count = take_front(next.bytes, buffer);
    const read_result result{next.bytes.empty() ? next.error : error_code(), count};
    if (count != 0 && next.bytes.empty() && !next.error) {
        says.pop_front();
    }
    co_return result;
}

task<error_code> connection::write(asio::const_buffer buffer, clock::time_point deadline) {
    auto& remote = *state_->remote;
    if (state_->cancelled) {
        co_return asio::error::operation_aborted;
    }
    if (buffer.size() == 0) {
        co_return error_code{};
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

void connection::unread(std::string_view bytes) {
    state_->unread.insert(0, bytes);
    state_->remote->given_back.insert(0, bytes);
}

std::size_t connection::unsent() const noexcept {
    if (!state_) {
        return 0;
    }
    ++state_->remote->times_asked;
    return state_->remote->unsent;
}

endpoint connection::peer() const noexcept { return state_ ? state_->remote->address : endpoint{}; }

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

struct listed_relay {
    listed_relay(network::state& net, testing::running_relay& running)
        : net_(net), running_(running) {
        net_.relays.push_back(&running_);
    }
    ~listed_relay() { net_.relays.remove(&running_); }
    listed_relay(const listed_relay&) = delete;
    listed_relay& operator=(const listed_relay&) = delete;

private:
    network::state& net_;
    testing::running_relay& running_;
};

task<relay_result> run_relay(connection& client, connection& target, relay_stats& stats) {
    auto& from = *client.self();
    auto& to = *target.self();
    from.unread.clear(); // delivered
    to.unread.clear();
    waiter until(from.net, never);
    testing::running_relay running{stats, from.remote, to.remote, until};
    const listed_relay listed(from.net, running);
    from.waiting = to.waiting = &until;
    if (!from.cancelled && !to.cancelled) {
        co_await until.wait();
    }
    co_return running.result.value_or(relay_result{asio::error::operation_aborted, side::client});
}

void end_relay(connection& client, connection& target, const relay_result& result,
               relay_observer& observer) {
    if (result.error) {
        client.reset();
        target.reset();
    } else {
        client.close();
        target.close();
    }
    observer.relay_ended(result);
}

task<void> relay_and_tell(connection& client, connection& target, relay_stats& stats,
                          relay_observer& observer, teller broken) {
    const auto result = co_await run_relay(client, target, stats);
    broken.forget();
    end_relay(client, target, result, observer);
}

} // namespace

void relay(connection& client, connection& target, const relay_options&, relay_stats& stats,
           relay_observer& observer) {
    auto& net = client.self()->net;
    teller broken(net, [&](const error_code& error) {
        end_relay(client, target, {error, side::client}, observer);
    });
    begin(net, [&] { return relay_and_tell(client, target, stats, observer, std::move(broken)); });
}

unsigned usable_processors() noexcept { return 1; }

} // namespace plug::platform
