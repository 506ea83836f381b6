// Much data, and many sessions at once.
#include "tests/support/net/pattern.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

std::future<void> sending(stream& to, std::uint64_t seed, std::size_t total) {
    return std::async(std::launch::async, [&to, seed, total] {
        send_pattern(to, seed, total);
        to.half_close();
    });
}

std::future<void> receiving(stream& from, std::uint64_t seed, std::size_t total) {
    return std::async(std::launch::async,
                      [&from, seed, total] { receive_pattern(from, seed, total); });
}

struct relaying : relayed_session {
    relaying() { relay(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_relay_bulk)

BOOST_AUTO_TEST_CASE(many_megabytes_go_both_ways_at_once_unchanged) {
    relaying session;
    constexpr std::size_t total = 64 * megabyte;
    auto up = sending(session.client, 1, total);
    auto down = sending(session.target, 2, total);
    auto arrived = receiving(session.target, 1, total);
    BOOST_CHECK_NO_THROW(receive_pattern(session.client, 2, total));
    BOOST_CHECK_NO_THROW(arrived.get());
    up.get();
    down.get();
    BOOST_TEST(session.result().error == error_code{});
    const auto stats = session.stats();
    BOOST_TEST(stats.from_client == total);
    BOOST_TEST(stats.from_target == total);
}

BOOST_AUTO_TEST_CASE(portions_of_every_size_arrive_unchanged) {
    relaying session;
    std::vector<std::size_t> sizes;
    for (std::size_t size = 1; size < 2 * megabyte; size = size * 3 + 1)
        sizes.push_back(size);
    auto answered = std::async(std::launch::async, [&] {
        for (const std::size_t size : sizes) {
            receive_pattern(session.target, 5, size);
            send_pattern(session.target, 6, size);
        }
    });
    for (const std::size_t size : sizes) {
        send_pattern(session.client, 5, size);
        BOOST_CHECK_NO_THROW(receive_pattern(session.client, 6, size));
    }
    BOOST_CHECK_NO_THROW(answered.get());
}

BOOST_AUTO_TEST_CASE(a_stream_that_becomes_a_conversation_and_a_stream_again_is_whole) {
    relaying session;
    for (std::uint64_t round = 0; round < 5; ++round) {
        auto sent = std::async(std::launch::async,
                               [&] { send_pattern(session.client, round, 8 * megabyte); });
        BOOST_CHECK_NO_THROW(receive_pattern(session.target, round, 8 * megabyte));
        sent.get();
        for (int i = 0; i < 50; ++i) {
            session.client.send("ping");
            BOOST_TEST(session.target.receive(4) == "ping");
            session.target.send("pong");
            BOOST_TEST(session.client.receive(4) == "pong");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_stream_does_not_starve_a_conversation_on_the_same_worker) {
    accepting_worker worker;
    auto stream_in = connect_in(worker, worker.acceptor());
    auto stream_out = connect_out(worker);
    auto talk_in = connect_in(worker, worker.acceptor());
    auto talk_out = connect_out(worker);
    watched_relay first;
    watched_relay second;
    first.begin(worker, *stream_in.inner, *stream_out.inner);
    second.begin(worker, *talk_in.inner, *talk_out.inner);
    std::atomic<bool> enough = false;
    std::atomic<std::uint64_t> received = 0;
    auto sent = std::async(std::launch::async, [&] {
        const std::string block(megabyte, 'x');
        while (!enough)
            stream_in.outer.send(block);
        stream_in.outer.half_close();
    });
    auto drained = std::async(std::launch::async, [&] {
        for (;;) {
            const auto some = stream_out.outer.receive_some();
            if (some.empty())
                return;
            received += some.size();
        }
    });
    // 200 answers come through while the stream goes on all the time.
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t before = received;
        talk_in.outer.send("ping");
        BOOST_REQUIRE(talk_out.outer.receive(4) == "ping");
        BOOST_REQUIRE(eventually([&] { return received > before; }));
    }
    enough = true;
    sent.get();
    drained.get();
    talk_in.outer.close();
    talk_out.outer.close();
    stream_out.outer.close();
    BOOST_TEST(first.result().error == error_code{});
    BOOST_TEST(second.result().error == error_code{});
    BOOST_TEST(first.stats.from_client == received.load());
    worker.stop();
}

BOOST_AUTO_TEST_CASE(many_sessions_of_one_worker_end_each_on_its_own) {
    accepting_worker worker;
    constexpr std::size_t count = 200;
    std::vector<joined_connection> clients;
    std::vector<joined_connection> targets;
    std::vector<watched_relay> relays(count);
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(connect_in(worker, worker.acceptor()));
        targets.push_back(connect_out(worker));
        relays[i].begin(worker, *clients[i].inner, *targets[i].inner);
    }
    for (std::size_t i = 0; i < count; ++i)
        clients[i].outer.send(pattern(i, 0, 100));
    for (std::size_t i = 0; i < count; ++i) {
        BOOST_REQUIRE(targets[i].outer.receive(100) == pattern(i, 0, 100));
        if (i % 3 == 0) {
            targets[i].outer.reset();
        } else {
            targets[i].outer.close();
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto end = clients[i].outer.receive_to_end().end;
        BOOST_TEST(end == (i % 3 == 0 ? stream_end::reset : stream_end::orderly));
        clients[i].outer.close();
        BOOST_TEST(relays[i].result().error.failed() == (i % 3 == 0));
    }
    worker.stop();
}

BOOST_AUTO_TEST_SUITE_END()
