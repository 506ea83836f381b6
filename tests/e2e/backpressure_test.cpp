// What a peer that does not read costs: bounded memory, and nobody else's time.
#include "tests/support/net/pattern.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

using namespace plug::test;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;
/// More than the buffers of both systems' sockets and the plug together hold.
constexpr std::size_t endless = 256 * megabyte;

struct pair_of_ends {
    stream client;
    stream target;
};

pair_of_ends join_ends(running_plug& plug, listener& front) {
    stream client = plug.connect();
    stream target = front.accept();
    return {std::move(client), std::move(target)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(backpressure)

BOOST_AUTO_TEST_CASE(a_reader_that_never_reads_costs_less_than_a_megabyte) {
    listener front;
    auto plug = start_plug({front.address()}, {}, with_memory_reused());
    // Warms up what is allocated once.
    std::vector<pair_of_ends> stuck;
    stuck.push_back(join_ends(plug, front));
    stuck.back().target.send_until_blocked(endless);
    const auto before = resident_bytes(plug.process());
    constexpr std::size_t sessions = 8;
    for (std::size_t i = 0; i < sessions; ++i) {
        stuck.push_back(join_ends(plug, front));
        auto& sender = i % 2 == 0 ? stuck.back().target : stuck.back().client;
        BOOST_TEST(sender.send_until_blocked(endless, 300ms) < endless);
    }
    const auto after = resident_bytes(plug.process());
    const auto grown = after > before ? after - before : 0;
    BOOST_TEST(grown < sessions * megabyte * memory_factor());
}

namespace {

/// Moves `bytes` from one end to the other, in turns with the others of `sessions`: most of them
/// are in the middle of their stream at the same time.
void move_through(std::vector<pair_of_ends>& sessions, std::size_t bytes, bool upwards) {
    constexpr std::size_t portion = megabyte;
    const std::string text = pattern(7, 0, portion);
    for (std::size_t moved = 0; moved < bytes; moved += portion) {
        for (auto& each : sessions) {
            auto& from = upwards ? each.client : each.target;
            std::thread sender([&] { from.send(text); });
            const auto got = (upwards ? each.target : each.client).receive(portion);
            sender.join();
            BOOST_REQUIRE((got == text));
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_session_that_moved_megabytes_and_is_idle_costs_less_than_40_kilobytes,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    listener front;
    auto plug = start_plug({front.address()});
    std::vector<pair_of_ends> warm;
    warm.push_back(join_ends(plug, front));
    move_through(warm, 4 * megabyte, true);
    move_through(warm, 4 * megabyte, false);
    const auto before = resident_bytes(plug.process());
    constexpr std::size_t sessions = 200;
    std::vector<pair_of_ends> idle;
    for (std::size_t i = 0; i < sessions; ++i) {
        idle.push_back(join_ends(plug, front));
    }
    move_through(idle, 4 * megabyte, true);
    move_through(idle, 4 * megabyte, false);
    const auto after = resident_bytes(plug.process());
    const auto cost = (after > before ? after - before : 0) / sessions;
    BOOST_TEST_MESSAGE("an idle session costs " << cost << " bytes");
    BOOST_TEST(cost < 40U * 1024);
}

BOOST_AUTO_TEST_CASE(a_blocked_direction_leaves_the_other_one_free) {
    listener front;
    auto plug = start_plug({front.address()});
    auto session = join_ends(plug, front);
    BOOST_TEST(session.target.send_until_blocked(endless) < endless);
    for (int i = 0; i < 100; ++i) {
        session.client.send("upward");
        BOOST_TEST(session.target.receive(6) == "upward");
    }
    const std::string big = pattern(1, 0, 4 * megabyte);
    for (std::size_t sent = 0; sent < big.size(); sent += megabyte / 4) {
        session.client.send(big.substr(sent, megabyte / 4));
        BOOST_TEST((session.target.receive(megabyte / 4) == big.substr(sent, megabyte / 4)));
    }
}

BOOST_AUTO_TEST_CASE(a_session_that_is_blocked_both_ways_leaves_other_sessions_free) {
    listener front;
    auto plug = start_plug({front.address()});
    auto stuck = join_ends(plug, front);
    stuck.target.send_until_blocked(endless);
    stuck.client.send_until_blocked(endless);
    auto other = join_ends(plug, front);
    for (int i = 0; i < 100; ++i) {
        other.client.send("question");
        BOOST_TEST(other.target.receive(8) == "question");
        other.target.send("answer");
        BOOST_TEST(other.client.receive(6) == "answer");
    }
}

BOOST_AUTO_TEST_CASE(a_blocked_direction_goes_on_when_its_reader_reads) {
    listener front;
    auto plug = start_plug({front.address()});
    auto session = join_ends(plug, front);
    const auto sent = session.target.send_until_blocked(endless);
    session.target.half_close();
    const auto all = session.client.receive_to_end();
    BOOST_TEST(all.bytes.size() == sent);
    BOOST_TEST(all.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(a_stuck_session_uses_no_processor_time) {
    listener front;
    auto plug = start_plug({front.address()});
    auto session = join_ends(plug, front);
    session.target.send_until_blocked(endless);
    const double before = processor_seconds(plug.process());
    std::this_thread::sleep_for(2s);
    BOOST_TEST(processor_seconds(plug.process()) - before < 0.5);
}

BOOST_AUTO_TEST_CASE(an_idle_plug_uses_no_processor_time) {
    listener front;
    auto plug = start_plug({front.address()}, {"--threads", "4"});
    auto idle = join_ends(plug, front);
    const double before = processor_seconds(plug.process());
    std::this_thread::sleep_for(2s);
    BOOST_TEST(processor_seconds(plug.process()) - before < 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
