// The third body of platform/transport/transport.hpp: no sockets, a clock that the test moves, and
// outcomes that the test writes down beforehand. One thread; reached through `network.self()`.
#pragma once

#include "platform/suspension.hpp"
#include "platform/transport/handler_memory.hpp"
#include "platform/transport/transport.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plug::testing {

using platform::clock;
using platform::endpoint;
using platform::error_code;

/// One portion that a read gives: bytes, an error, or with neither the end of the stream.
struct portion {
    std::string bytes;
    error_code error{};
};

/// The remote end of one connection: what it will do, and what has happened to it.
struct far_end {
    endpoint address;
    platform::connect_options options{};

    /// How a connect to it ends; unset = it is never answered.
    std::optional<error_code> answer = error_code{};
    /// How long that takes.
    platform::clock::duration answers_after{0};
    /// What reads give, one after the other; behind the last one a read waits. An end and an error
    /// are not used up. To be written down before the read.
    std::deque<portion> says{};
    /// How a write to it ends; unset = it is never taken.
    std::optional<error_code> takes = error_code{};

    /// What connection::unsent() is of the connection to it, and how often that was asked.
    std::size_t unsent = 0;
    std::size_t times_asked = 0;

    /// What was written to it, and all that was read too far and given back.
    std::string heard{};
    std::string given_back{};
    enum class state { open, closed, reset } now = state::open;
};

/// Something that waits for the clock, for wake(), or for both.
struct waiter {
    waiter(platform::network::state& where, clock::time_point until);
    ~waiter();
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    platform::task<void> wait();
    void wake();

    /// Goes on with the next settle().
    void resume_soon();

    platform::network::state& net;
    const clock::time_point deadline;
    bool woken = false;
    bool is_asleep = false;
    platform::suspension asleep;
    platform::handler_memory memory;
    std::list<waiter*>::iterator place;
    bool is_listed = true;
};

/// A relay that runs.
struct running_relay {
    platform::relay_stats& stats;
    std::shared_ptr<far_end> client;
    std::shared_ptr<far_end> target;
    waiter& waiting;
    std::optional<platform::relay_result> result{};

    /// Ends it; takes effect with the next settle().
    void end(const platform::relay_result& outcome);
};

/// What the next accept gives: an error, or a client for that worker.
struct arrival {
    error_code error{};
    std::shared_ptr<far_end> client{};
    std::size_t worker = 0;
};

} // namespace plug::testing

/// The script of one worker's transport.
struct plug::platform::network::state {
    explicit state(asio::io_context& hosting) : context(hosting) {}
    ~state();

    /// Runs what is ready until nothing moves without the clock.
    void settle();

    /// Moves the clock on, stopping at each deadline on the way.
    void advance(clock::duration by);

    /// A connection that was accepted from `remote`.
    connection accepted(std::shared_ptr<testing::far_end> remote);

    /// Puts a client, or an error, into the queue of this network's acceptor.
    void arrive(testing::arrival next);

    asio::io_context& context;
    const asio::executor_work_guard<executor> guard{context.get_executor()};
    clock::time_point now{std::chrono::hours(1)};
    /// Called for each connect, to write down what the remote end will do. Unset = it answers.
    std::function<void(testing::far_end&)> on_connect{};
    /// Every remote end that a connect went to, in order.
    std::vector<std::shared_ptr<testing::far_end>> connects{};
    std::list<testing::running_relay*> relays{};
    std::deque<testing::arrival> queue{};
    testing::waiter* accepting = nullptr;
    std::list<testing::waiter*> waiting{};
    /// Gone with this.
    std::shared_ptr<char> life = std::make_shared<char>();
};
