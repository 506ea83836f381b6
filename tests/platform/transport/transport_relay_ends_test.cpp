// How a relay ends: half-close, resets, cancelling.
#include "tests/support/net/pattern.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace platform = plug::platform;
using platform::side;

namespace {

/// A session that relays already.
struct relaying : relayed_session {
    explicit relaying(platform::relay_options options = {},
                      const stream_options& client_options = {})
        : relayed_session(options, client_options) {
        relay();
    }
};

constexpr std::size_t several_megabytes = 5'000'000;

platform::relay_options flushing_for(std::chrono::milliseconds time) {
    platform::relay_options options;
    options.flush_timeout = time;
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport_relay_ends)

BOOST_AUTO_TEST_CASE(bytes_go_both_ways_and_are_counted) {
    relaying session;
    session.client.send("question");
    BOOST_TEST(session.target.receive(8) == "question");
    session.target.send("the answer");
    BOOST_TEST(session.client.receive(10) == "the answer");
    const auto stats = session.stats();
    BOOST_TEST(stats.from_client == 8U);
    BOOST_TEST(stats.from_target == 10U);
    BOOST_TEST((stats.last_active <= clock::now()));
    BOOST_TEST((stats.last_active > clock::time_point{}));
}

BOOST_AUTO_TEST_CASE(bytes_that_came_before_the_relay_are_delivered) {
    relayed_session session;
    session.client.send("early");
    session.target.send("bird");
    session.relay();
    BOOST_TEST(session.target.receive(5) == "early");
    BOOST_TEST(session.client.receive(4) == "bird");
}

BOOST_AUTO_TEST_CASE(what_was_unread_is_delivered_first_and_counted) {
    relayed_session session;
    session.unread_from_target("read too far, ");
    session.target.send("and the rest");
    session.relay();
    BOOST_TEST(session.client.receive(26) == "read too far, and the rest");
    BOOST_TEST(session.stats().from_target == 26U);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_clients_direction_leaves_the_other_open) {
    relaying session;
    session.client.send("request");
    session.client.half_close();
    const auto request = session.target.receive_to_end();
    BOOST_TEST(request.bytes == "request");
    BOOST_TEST(request.end == stream_end::orderly);
    BOOST_TEST(session.is_running());
    session.target.send("late answer");
    session.target.close();
    const auto answer = session.client.receive_to_end();
    BOOST_TEST(answer.bytes == "late answer");
    BOOST_TEST(answer.end == stream_end::orderly);
    const auto result = session.result();
    BOOST_TEST(result.error == error_code{});
    BOOST_TEST((result.first == side::client));
    BOOST_TEST(session.is_closed());
}

BOOST_AUTO_TEST_CASE(the_end_of_the_targets_direction_leaves_the_other_open) {
    relaying session;
    session.target.half_close();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
    session.client.send("still talking");
    session.client.half_close();
    const auto got = session.target.receive_to_end();
    BOOST_TEST(got.bytes == "still talking");
    BOOST_TEST(got.end == stream_end::orderly);
    const auto result = session.result();
    BOOST_TEST(result.error == error_code{});
    BOOST_TEST((result.first == side::target));
}

BOOST_AUTO_TEST_CASE(it_is_known_since_when_one_direction_has_ended) {
    for (const bool by_client : {true, false}) {
        relaying session;
        auto& first = by_client ? session.client : session.target;
        auto& second = by_client ? session.target : session.client;
        const auto before = clock::now();
        first.send("last words");
        BOOST_TEST(second.receive(10) == "last words");
        BOOST_TEST((session.stats().half_closed_at == platform::never));
        first.half_close();
        BOOST_TEST(second.receive_to_end().end == stream_end::orderly);
        const auto ended = session.stats().half_closed_at;
        BOOST_TEST((before <= ended && ended <= clock::now()));
        second.send("more");
        BOOST_TEST(first.receive(4) == "more");
        BOOST_TEST((session.stats().half_closed_at == ended));
        BOOST_TEST((session.stats().last_active >= ended));
    }
}

BOOST_AUTO_TEST_CASE(both_ends_at_once_are_in_order) {
    for (int i = 0; i < 20; ++i) {
        relayed_session session;
        session.client.send("a");
        session.client.half_close();
        session.target.send("b");
        session.target.half_close();
        session.relay();
        BOOST_TEST(session.result().error == error_code{});
        const auto at_target = session.target.receive_to_end();
        BOOST_TEST(at_target.bytes == "a");
        BOOST_TEST(at_target.end == stream_end::orderly);
        const auto at_client = session.client.receive_to_end();
        BOOST_TEST(at_client.bytes == "b");
        BOOST_TEST(at_client.end == stream_end::orderly);
    }
}

BOOST_AUTO_TEST_CASE(an_end_behind_much_data_waits_for_the_data) {
    relaying session;
    auto sent = std::async(std::launch::async, [&] {
        send_pattern(session.client, 7, several_megabytes);
        session.client.half_close();
    });
    BOOST_CHECK_NO_THROW(receive_pattern(session.target, 7, several_megabytes));
    const auto rest = session.target.receive_to_end();
    BOOST_TEST(rest.bytes.empty());
    BOOST_TEST(rest.end == stream_end::orderly);
    sent.get();
    BOOST_TEST(session.is_running());
}

BOOST_AUTO_TEST_CASE(a_reset_by_the_target_becomes_a_reset_of_the_client) {
    relaying session;
    session.target.send("part of an");
    BOOST_TEST(session.client.receive(10) == "part of an");
    session.target.reset();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
    const auto result = session.result();
    BOOST_TEST(result.error == asio::error::connection_reset);
    BOOST_TEST((result.first == side::target));
    BOOST_TEST(session.is_closed());
}

BOOST_AUTO_TEST_CASE(a_reset_by_the_client_becomes_a_reset_of_the_target) {
    relaying session;
    session.client.send("part of a");
    BOOST_TEST(session.target.receive(9) == "part of a");
    session.client.reset();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::reset);
    const auto result = session.result();
    BOOST_TEST(result.error == asio::error::connection_reset);
    BOOST_TEST((result.first == side::client));
}

// The write that meets the reset takes the error with it, and a read then finds an orderly end.
BOOST_AUTO_TEST_CASE(a_reset_that_a_write_meets_first_is_no_clean_end) {
    for (int round = 0; round < 20; ++round) {
        relaying session;
        session.client.send("a");
        BOOST_TEST(session.target.receive(1) == "a");
        held_worker worker{session.worker()};
        session.client.send("b");
        session.target.reset();
        worker.let_go();
        BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
        BOOST_TEST(session.result().error);
    }
}

BOOST_AUTO_TEST_CASE(an_urgent_byte_before_a_reset_that_a_write_meets_first_is_delivered) {
    relaying session;
    held_worker worker{session.worker()};
    session.client.send("a");
    session.target.send_urgent('!');
    session.target.reset();
    worker.let_go();
    const auto got = session.client.receive_to_end();
    BOOST_TEST(got.bytes == "!");
    BOOST_TEST(got.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reset_before_the_relay_begins_is_carried_over) {
    relayed_session session;
    session.target.reset();
    session.relay();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(session.result().error.failed());
}

BOOST_AUTO_TEST_CASE(what_came_before_a_reset_is_delivered_first) {
    for (int i = 0; i < 20; ++i) {
        relaying session;
        session.target.send("last words");
        session.target.reset();
        const auto got = session.client.receive_to_end();
        BOOST_TEST(got.bytes == "last words");
        BOOST_TEST(got.end == stream_end::reset);
    }
}

BOOST_AUTO_TEST_CASE(what_came_before_a_reset_is_delivered_to_a_slow_reader_first) {
    stream_options slow;
    slow.receive_buffer = 4096;
    relaying session({}, slow);
    const std::string sent = pattern(3, 0, 200'000);
    session.target.send(sent);
    // Until the transport has read it all, a reset would take back what is still under way to it.
    BOOST_REQUIRE(eventually([&] { return session.stats().from_target == sent.size(); }));
    session.target.reset();
    std::this_thread::sleep_for(50ms);
    const auto got = session.client.receive_to_end();
    BOOST_TEST((got.bytes == sent));
    BOOST_TEST(got.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_reset_when_the_flush_time_is_over) {
    stream_options slow;
    slow.receive_buffer = 4096;
    relaying session(flushing_for(200ms), slow);
    const std::string sent = pattern(8, 0, 200'000);
    session.target.send(sent);
    BOOST_REQUIRE(eventually([&] { return session.stats().from_target == sent.size(); }));
    session.target.reset();
    BOOST_TEST(session.result().error == asio::error::connection_reset);
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reset_after_a_half_close_is_a_failure) {
    relaying session;
    session.client.half_close();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::orderly);
    session.target.reset();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
    const auto result = session.result();
    BOOST_TEST(result.error.failed());
    BOOST_TEST((result.first == side::target));
}

BOOST_AUTO_TEST_CASE(a_client_that_closes_while_the_target_sends_fails_the_session) {
    relaying session;
    session.target.send("x");
    BOOST_TEST(session.client.receive(1) == "x");
    session.client.close();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::orderly);
    while (session.is_running()) {
        if (!session.target.try_send("y"))
            break;
        std::this_thread::sleep_for(1ms);
    }
    const auto result = session.result();
    BOOST_TEST(result.error.failed());
    BOOST_TEST((result.first == side::client));
}

BOOST_AUTO_TEST_CASE(cancelling_resets_both_sides) {
    relaying session;
    session.client.send("x");
    BOOST_TEST(session.target.receive(1) == "x");
    session.cancel();
    BOOST_TEST(session.result().error == asio::error::operation_aborted);
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(session.target.receive_to_end().end == stream_end::reset);
    BOOST_TEST(session.is_closed());
}

BOOST_AUTO_TEST_CASE(a_relay_of_a_cancelled_connection_ends_at_once) {
    relayed_session session;
    session.cancel();
    session.relay();
    BOOST_TEST(session.result().error == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(urgent_bytes_arrive_in_their_place_and_end_nothing) {
    relaying session;
    session.client.send("abc");
    session.client.send_urgent('!');
    session.client.send("def");
    BOOST_TEST(session.target.receive(7) == "abc!def");
    session.target.send_urgent('?');
    session.target.send("ghi");
    BOOST_TEST(session.client.receive(4) == "?ghi");
    BOOST_TEST(session.is_running());
}

BOOST_DATA_TEST_CASE(urgent_bytes_in_a_fast_stream_arrive_in_their_place, data::make({true, false}),
                     to_target) {
    relaying session;
    auto& from = to_target ? session.client : session.target;
    auto& to = to_target ? session.target : session.client;
    constexpr std::size_t part = 700'000;
    constexpr int parts = 20;
    auto sent = std::async(std::launch::async, [&] {
        for (int i = 0; i < parts; ++i) {
            send_pattern(from, 4, part);
            from.send_urgent('!');
        }
        from.half_close();
    });
    for (int i = 0; i < parts; ++i) {
        BOOST_REQUIRE_NO_THROW(receive_pattern(to, 4, part));
        BOOST_REQUIRE(to.receive(1) == "!");
    }
    BOOST_TEST(to.receive_to_end().end == stream_end::orderly);
    sent.get();
}

BOOST_AUTO_TEST_CASE(a_worker_that_stops_in_the_middle_of_a_relay_leaves_nothing_behind) {
    relaying session;
    session.client.send("x");
    BOOST_TEST(session.target.receive(1) == "x");
    session.worker().stop();
    BOOST_TEST(session.is_running());
}

BOOST_AUTO_TEST_SUITE_END()
