// What only the Linux transport does: a listener for each worker, splice, and polling.
#include "tests/support/net/pattern.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

platform::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

/// Workers that are given one port together.
struct group {
    transport_worker first;
    transport_worker second;
    error_code error;
    std::vector<platform::placed_acceptor> placed;

    explicit group(std::uint16_t port) {
        platform::network* const workers[] = {&first.network(), &second.network()};
        placed = platform::open_acceptors(loopback(port), {}, workers, error);
    }
    ~group() {
        first.stop();
        second.stop();
    }
};

task<std::size_t> accept_all(platform::acceptor& from, std::size_t& count) {
    for (;;) {
        const auto next = co_await from.accept();
        if (next.error)
            co_return count;
        ++count;
    }
}

/// Takes every descriptor that this process may have.
class no_descriptors_left {
public:
    no_descriptors_left() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::dup(0);
        ::close(next);
        const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_descriptors_left() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

void move_pattern(relayed_session& session, std::uint64_t seed, std::size_t total) {
    auto sent = std::async(std::launch::async, [&] { send_pattern(session.client, seed, total); });
    BOOST_CHECK_NO_THROW(receive_pattern(session.target, seed, total));
    sent.get();
}

task<platform::connection> accept_one(platform::acceptor& from) {
    auto next = co_await from.accept();
    co_return std::move(next.client);
}

/// The number of pipe ends that this process has open.
std::size_t open_pipe_ends() {
    std::size_t found = 0;
    for (int number = 0; number < 1024; ++number) {
        if (descriptor_target(getpid(), number).starts_with("pipe:"))
            ++found;
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport_linux)

BOOST_AUTO_TEST_CASE(each_worker_has_a_listener_of_its_own_on_the_same_port) {
    group workers(0);
    BOOST_REQUIRE(!workers.error);
    BOOST_REQUIRE(workers.placed.size() == 2U);
    BOOST_TEST(workers.placed[0].worker == 0U);
    BOOST_TEST(workers.placed[1].worker == 1U);
    const auto port = workers.placed[0].socket.local().port();
    BOOST_TEST(workers.placed[1].socket.local().port() == port);
    BOOST_TEST(listening_sockets(port) == 2U);
}

BOOST_AUTO_TEST_CASE(clients_come_to_every_worker) {
    group workers(0);
    BOOST_REQUIRE(!workers.error);
    workers.first.start();
    workers.second.start();
    std::size_t counts[2] = {0, 0};
    auto first = workers.first.begin(accept_all(workers.placed[0].socket, counts[0]));
    auto second = workers.second.begin(accept_all(workers.placed[1].socket, counts[1]));
    std::vector<stream> clients;
    const auto port = workers.placed[0].socket.local().port();
    for (int i = 0; i < 200; ++i)
        clients.push_back(stream::connect("127.0.0.1", port));
    workers.first.call([&] { workers.placed[0].socket.stop(); });
    workers.second.call([&] { workers.placed[1].socket.stop(); });
    const auto at_first = transport_worker::outcome_of(first);
    const auto at_second = transport_worker::outcome_of(second);
    BOOST_TEST(at_first + at_second == clients.size());
    BOOST_TEST(at_first > 0U);
    BOOST_TEST(at_second > 0U);
}

BOOST_AUTO_TEST_CASE(of_groups_that_start_at_once_on_one_port_only_one_gets_it) {
    for (int round = 0; round < 50; ++round) {
        const auto port = reserve_port();
        std::atomic<int> waiting = 0;
        std::atomic<bool> go = false;
        std::vector<std::future<std::unique_ptr<group>>> started;
        for (int i = 0; i < 3; ++i) {
            started.push_back(std::async(std::launch::async, [&] {
                ++waiting;
                while (!go)
                    std::this_thread::yield();
                return std::make_unique<group>(port);
            }));
        }
        while (waiting < 3)
            std::this_thread::yield();
        go = true;
        std::vector<std::unique_ptr<group>> groups;
        for (auto& each : started)
            groups.push_back(each.get());
        int listening = 0;
        for (const auto& each : groups) {
            if (!each->error)
                ++listening;
            else
                BOOST_TEST(each->error == asio::error::address_in_use);
        }
        BOOST_TEST(listening <= 1);
        BOOST_TEST(listening_sockets(port) == static_cast<std::size_t>(2 * listening));
    }
}

BOOST_AUTO_TEST_CASE(a_reset_before_the_accept_is_passed_on_as_a_reset) {
    for (const std::string sent : {"", "request"}) {
        accepting_worker worker;
        auto target = connect_out(worker);
        auto leaves = stream::connect("127.0.0.1", worker.port());
        leaves.send(sent);
        leaves.reset();
        auto client = worker.run(accept_one(worker.acceptor()));
        watched_relay relay;
        relay.begin(worker, client, *target.inner);
        BOOST_TEST(relay.result().error == asio::error::connection_reset);
        const auto got = target.outer.receive_to_end();
        BOOST_TEST(got.bytes == sent);
        BOOST_TEST(got.end == stream_end::reset);
        worker.stop();
    }
}

BOOST_AUTO_TEST_CASE(a_stream_goes_through_pipes_and_leaves_them_to_others) {
    std::atomic<int> refusals = 0;
    platform::network_options options;
    options.on_copying = [&](error_code) { ++refusals; };
    relayed_session session({}, {}, options);
    session.relay();
    const auto before = open_pipe_ends();
    // What is read is a stream only where the sender is ahead of the relay; a slow machine may need
    // more than one try until it is.
    for (std::uint64_t seed = 1; seed <= 20 && open_pipe_ends() == before; ++seed)
        move_pattern(session, seed, 64 * megabyte);
    BOOST_TEST(open_pipe_ends() == before + 2);
    BOOST_TEST(refusals == 0);
}

BOOST_AUTO_TEST_CASE(without_descriptors_for_pipes_a_stream_is_copied_and_that_is_told_once) {
    std::atomic<int> refusals = 0;
    error_code why;
    platform::network_options options;
    options.on_copying = [&](error_code error) {
        why = error;
        ++refusals;
    };
    relayed_session session({}, {}, options);
    session.relay();
    {
        const no_descriptors_left shortage;
        move_pattern(session, 2, 64 * megabyte);
        move_pattern(session, 3, 8 * megabyte);
    }
    BOOST_TEST(refusals == 1);
    BOOST_TEST(why == boost::system::errc::too_many_files_open);
}

BOOST_AUTO_TEST_CASE(a_failure_counts_at_once_even_while_the_other_side_takes_nothing) {
    platform::relay_options options;
    options.flush_timeout = 200ms;
    relayed_session session(options);
    session.relay();
    (void)session.target.send_until_blocked(1000 * megabyte, 200ms);
    session.target.reset();
    BOOST_TEST(session.result().error == asio::error::connection_reset);
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_worker_that_polls_moves_the_same_bytes) {
    platform::network_options options;
    options.spin = std::chrono::microseconds{50};
    relayed_session session({}, {}, options);
    session.relay();
    for (int i = 0; i < 200; ++i) {
        session.client.send("ping");
        BOOST_TEST(session.target.receive(4) == "ping");
    }
    move_pattern(session, 4, 16 * megabyte);
    session.client.close();
    session.target.close();
    BOOST_TEST(session.result().error == error_code{});
}

BOOST_AUTO_TEST_CASE(a_worker_that_polls_sleeps_when_nothing_happens) {
    platform::network_options options;
    options.spin = std::chrono::microseconds{1000};
    relayed_session session({}, {}, options);
    session.relay();
    session.client.send("x");
    BOOST_TEST(session.target.receive(1) == "x");
    std::this_thread::sleep_for(20ms);
    const double before = processor_seconds(getpid());
    std::this_thread::sleep_for(1s);
    BOOST_TEST(processor_seconds(getpid()) - before < 0.2);
}

BOOST_AUTO_TEST_SUITE_END()
