// A side that does not read.
#include "tests/support/net/pattern.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/program.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

struct relaying : relayed_session {
    relaying() { relay(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_backpressure)

BOOST_AUTO_TEST_CASE(reading_stops_while_the_other_side_takes_nothing_and_goes_on_later) {
    relaying session;
    const std::size_t accepted = session.client.send_until_blocked(1000 * megabyte);
    BOOST_TEST(accepted < 200 * megabyte);
    const auto stuck = session.stats().from_client;
    BOOST_TEST(stuck <= accepted);
    std::size_t received = 0;
    while (received < accepted)
        received += session.target.receive_some().size();
    BOOST_TEST(received == accepted);
    session.client.send("and more");
    BOOST_TEST(session.target.receive(8) == "and more");
    BOOST_TEST(session.stats().from_client == accepted + 8);
}

BOOST_AUTO_TEST_CASE(a_stuck_direction_does_not_hold_up_the_other_one) {
    relaying session;
    (void)session.client.send_until_blocked(1000 * megabyte);
    auto sent =
        std::async(std::launch::async, [&] { send_pattern(session.target, 1, 16 * megabyte); });
    BOOST_CHECK_NO_THROW(receive_pattern(session.client, 1, 16 * megabyte));
    sent.get();
}

BOOST_AUTO_TEST_CASE(sessions_that_are_stuck_hold_little_memory) {
    accepting_worker worker;
    constexpr std::size_t count = 30;
    std::vector<joined_connection> clients;
    std::vector<joined_connection> targets;
    std::vector<watched_relay> relays(count);
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(connect_in(worker, worker.acceptor()));
        targets.push_back(connect_out(worker));
        relays[i].begin(worker, *clients[i].inner, *targets[i].inner);
    }
    const auto before = resident_bytes(getpid());
    for (auto& each : clients)
        (void)each.outer.send_until_blocked(50 * megabyte, 20ms);
    const auto after = resident_bytes(getpid());
    BOOST_TEST(after < before + count * megabyte * memory_factor());
    worker.stop();
}

BOOST_AUTO_TEST_CASE(what_is_stuck_arrives_unchanged_when_it_is_read_slowly) {
    stream_options narrow;
    narrow.receive_buffer = 8192;
    relayed_session session({}, narrow);
    session.relay();
    constexpr std::size_t total = 3 * megabyte;
    auto sent = std::async(std::launch::async, [&] {
        send_pattern(session.target, 9, total);
        session.target.half_close();
    });
    std::size_t position = 0;
    while (position < total) {
        const auto some = session.client.receive_some();
        BOOST_REQUIRE(!some.empty());
        BOOST_REQUIRE(some == pattern(9, position, some.size()));
        position += some.size();
    }
    BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
    sent.get();
}

BOOST_AUTO_TEST_SUITE_END()
