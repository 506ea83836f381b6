// A worker that runs one of the transports, and sessions whose outer ends the test holds.
#pragma once

#include "platform/transport/transport.hpp"
#include "tests/support/net/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <optional>
#include <thread>

namespace plug::test {

namespace asio = boost::asio;
using platform::clock;
using platform::error_code;
using platform::never;
using platform::task;

/// A time that comes if something hangs, and not otherwise.
[[nodiscard]] inline clock::time_point safety_net() { return clock::now() + patience; }

/// One io_context with its network, and the thread that runs them.
class transport_worker {
public:
    explicit transport_worker(platform::network_options options = {});
    ~transport_worker() { stop(); }
    transport_worker(const transport_worker&) = delete;
    transport_worker& operator=(const transport_worker&) = delete;

    /// Starts the thread; open_acceptors() comes before.
    void start();
    /// Ends the thread in the middle of what it does.
    void stop();

    [[nodiscard]] bool is_running() const noexcept { return thread_.joinable(); }
    [[nodiscard]] platform::network& network() noexcept { return network_; }

    /// Begins `work` on the worker's thread.
    template <typename Result> std::future<Result> begin(task<Result> work) {
        auto promised = std::make_shared<std::promise<Result>>();
        auto outcome = promised->get_future();
        asio::co_spawn(context_, std::move(work), keep<Result>{std::move(promised)});
        network_.wake();
        return outcome;
    }

    /// The outcome of `work`; throws where it hangs.
    template <typename Result> Result run(task<Result> work) {
        auto outcome = begin(std::move(work));
        return outcome_of(outcome);
    }

    /// Calls `act` on the worker's thread and waits for it.
    template <typename Act> void call(Act act) {
        std::packaged_task<void()> called(std::move(act));
        auto done = called.get_future();
        asio::post(context_, std::move(called));
        network_.wake();
        outcome_of(done);
    }

    template <typename Result> static Result outcome_of(std::future<Result>& outcome) {
        if (outcome.wait_for(patience) != std::future_status::ready)
            throw std::runtime_error("the transport hangs");
        return outcome.get();
    }

private:
    /// Keeps what a coroutine gave, or what escaped from it.
    template <typename Result> struct keep {
        std::shared_ptr<std::promise<Result>> promised;

        void operator()(const std::exception_ptr& escaped, Result given) const {
            if (escaped)
                promised->set_exception(escaped);
            else
                promised->set_value(std::move(given));
        }
    };

    asio::io_context context_{1};
    platform::network network_;
    std::thread thread_;
};

/// Keeps a worker busy, so that it finds at once what comes meanwhile.
class held_worker {
public:
    explicit held_worker(transport_worker& worker) {
        busy_ = std::async(std::launch::async, [this, &worker] {
            worker.call([this] {
                held_.set_value();
                released_.get_future().wait();
            });
        });
        held_.get_future().wait();
    }
    void let_go() {
        released_.set_value();
        busy_.get();
    }

private:
    std::promise<void> held_;
    std::promise<void> released_;
    std::future<void> busy_;
};

/// Destroys connections on the thread of their worker, while that runs.
struct end_on_worker {
    transport_worker* worker = nullptr;
    void operator()(platform::connection* ended) const;
};
using owned_connection = std::unique_ptr<platform::connection, end_on_worker>;

/// A connection of the transport and the stream at its other end. To be destroyed before the
/// worker.
struct joined_connection {
    explicit joined_connection(transport_worker& worker)
        : inner(new platform::connection, {&worker}) {}
    owned_connection inner;
    stream outer;
};

/// The transport connects to a listener of the test. Throws where that fails.
[[nodiscard]] joined_connection connect_out(transport_worker& worker);

/// A stream of the test connects to an acceptor of the transport.
[[nodiscard]] joined_connection connect_in(transport_worker& worker, platform::acceptor& acceptor,
                                           const stream_options& options = {});

/// A relay whose end can be waited for. To be kept until its worker has stopped.
class watched_relay : public platform::relay_observer {
public:
    /// Begins on the worker's thread.
    void begin(transport_worker& worker, platform::connection& client, platform::connection& target,
               platform::relay_options options = {});
    /// How it ended; throws where it does not.
    [[nodiscard]] platform::relay_result result() { return transport_worker::outcome_of(result_); }
    [[nodiscard]] bool is_running() const;

    platform::relay_stats stats;

private:
    void relay_ended(const platform::relay_result& result) noexcept override;

    std::promise<platform::relay_result> promised_;
    std::future<platform::relay_result> result_ = promised_.get_future();
};

/// A worker with one acceptor on 127.0.0.1.
class accepting_worker : public transport_worker {
public:
    explicit accepting_worker(platform::network_options options = {});
    ~accepting_worker();

    [[nodiscard]] platform::acceptor& acceptor() noexcept { return placed_.front().socket; }
    [[nodiscard]] std::uint16_t port() const { return placed_.front().socket.local().port(); }

private:
    std::vector<platform::placed_acceptor> placed_;
};

/// A session in the transport: the test holds both outer ends.
class relayed_session {
public:
    explicit relayed_session(platform::relay_options options = {},
                             const stream_options& client_options = {},
                             platform::network_options network = {});
    ~relayed_session();

    /// Begins to relay; the streams can be used before.
    void relay();
    /// How the relay ended; throws where it does not.
    [[nodiscard]] platform::relay_result result() { return relay_.result(); }
    [[nodiscard]] bool is_running() const { return relay_.is_running(); }
    /// Ends the relay through the connection to the client.
    void cancel();

    /// Gives back bytes as if they had been read too far from the target.
    void unread_from_target(std::string_view bytes);

    [[nodiscard]] accepting_worker& worker() noexcept { return worker_; }
    [[nodiscard]] platform::relay_stats stats();
    /// What is on its way to one of the two, see connection::unsent().
    [[nodiscard]] std::size_t unsent_to(platform::side receiver);
    /// Whether both connections of the transport are closed.
    [[nodiscard]] bool is_closed();

private:
    watched_relay relay_;
    accepting_worker worker_;
    joined_connection client_side_;
    joined_connection target_side_;
    platform::relay_options options_;

public:
    stream& client;
    stream& target;
};

} // namespace plug::test
