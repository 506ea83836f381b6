// Ends of streams are told apart and carried over, with everything before them delivered.
#include "tests/support/net/pattern.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <future>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

/// One session whose both ends the test holds.
struct joined {
    listener front;
    running_plug plug;
    stream client;
    stream target;

    explicit joined(const words& options = {}, const stream_options& client_options = {})
        : plug(start_plug({front.address()}, options)), client(plug.connect(client_options)),
          target(front.accept()) {}
};

std::future<void> sending(stream& to, std::uint64_t seed, std::size_t total) {
    return std::async(std::launch::async, [&to, seed, total] { send_pattern(to, seed, total); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(ends)

BOOST_AUTO_TEST_CASE(many_megabytes_go_through_both_ways_unchanged) {
    joined session;
    constexpr std::size_t total = 32 * megabyte;
    auto up = sending(session.client, 1, total);
    auto down = sending(session.target, 2, total);
    auto arrived =
        std::async(std::launch::async, [&] { receive_pattern(session.target, 1, total); });
    BOOST_CHECK_NO_THROW(receive_pattern(session.client, 2, total));
    BOOST_CHECK_NO_THROW(arrived.get());
    up.get();
    down.get();
}

BOOST_AUTO_TEST_CASE(the_end_of_the_clients_direction_leaves_the_other_one_open) {
    joined session;
    session.client.send("question");
    session.client.half_close();
    const auto question = session.target.receive_to_end();
    BOOST_TEST(question.bytes == "question");
    BOOST_TEST(question.end == stream_end::orderly);
    session.target.send("answer");
    BOOST_TEST(session.client.receive(6) == "answer");
    session.target.send(" and more");
    BOOST_TEST(session.client.receive(9) == " and more");
    session.target.close();
    const auto rest = session.client.receive_to_end();
    BOOST_TEST(rest.bytes == "");
    BOOST_TEST(rest.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_targets_direction_leaves_the_other_one_open) {
    joined session;
    session.target.send("greeting");
    session.target.half_close();
    const auto greeting = session.client.receive_to_end();
    BOOST_TEST(greeting.bytes == "greeting");
    BOOST_TEST(greeting.end == stream_end::orderly);
    session.client.send("still talking");
    BOOST_TEST(session.target.receive(13) == "still talking");
    session.client.half_close();
    const auto rest = session.target.receive_to_end();
    BOOST_TEST(rest.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(an_end_behind_many_bytes_comes_after_all_of_them) {
    joined session;
    constexpr std::size_t total = 8 * megabyte;
    auto up = sending(session.client, 3, total);
    auto down = sending(session.target, 4, total);
    auto arrived = std::async(std::launch::async, [&] {
        receive_pattern(session.target, 3, total);
        return session.target.receive_to_end();
    });
    up.wait();
    session.client.half_close();
    const auto end_of_up = arrived.get();
    BOOST_TEST(end_of_up.bytes == "");
    BOOST_TEST(end_of_up.end == stream_end::orderly);
    BOOST_CHECK_NO_THROW(receive_pattern(session.client, 4, total));
    down.get();
    session.target.half_close();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_gets_everything_when_the_end_stands_behind_it) {
    joined session({}, {.receive_buffer = 4096});
    constexpr std::size_t total = 4 * megabyte;
    auto down = std::async(std::launch::async, [&] {
        send_pattern(session.target, 5, total);
        session.target.close();
    });
    // Nothing is read until the target's bytes are stuck on their way.
    std::this_thread::sleep_for(500ms);
    BOOST_CHECK_NO_THROW(receive_pattern(session.client, 5, total));
    down.get();
    const auto rest = session.client.receive_to_end();
    BOOST_TEST(rest.bytes == "");
    BOOST_TEST(rest.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(a_slow_target_gets_everything_when_the_end_stands_behind_it) {
    joined session;
    constexpr std::size_t total = 4 * megabyte;
    auto up = std::async(std::launch::async, [&] {
        send_pattern(session.client, 6, total);
        session.client.half_close();
    });
    std::this_thread::sleep_for(500ms);
    BOOST_CHECK_NO_THROW(receive_pattern(session.target, 6, total));
    up.get();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(bytes_that_come_together_with_the_end_are_delivered) {
    listener front;
    auto plug = start_plug({front.address()});
    for (int i = 0; i < 300; ++i) {
        stream client = plug.connect();
        client.send("all in one");
        client.half_close();
        stream target = front.accept();
        const auto all = target.receive_to_end();
        BOOST_TEST(all.bytes == "all in one");
        BOOST_TEST(all.end == stream_end::orderly);
        target.send("and back");
        target.close();
        const auto back = client.receive_to_end();
        BOOST_TEST(back.bytes == "and back");
        BOOST_TEST(back.end == stream_end::orderly);
    }
}

BOOST_AUTO_TEST_CASE(a_session_without_a_byte_ends_in_order) {
    joined session;
    session.client.close();
    const auto all = session.target.receive_to_end();
    BOOST_TEST(all.bytes == "");
    BOOST_TEST(all.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(a_reset_of_the_client_becomes_a_reset_of_the_target) {
    joined session;
    session.client.send("before");
    BOOST_TEST(session.target.receive(6) == "before");
    session.client.reset();
    const auto rest = session.target.receive_to_end();
    BOOST_TEST(rest.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reset_of_the_target_becomes_a_reset_of_the_client) {
    joined session;
    session.target.send("before");
    BOOST_TEST(session.client.receive(6) == "before");
    session.target.reset();
    const auto rest = session.client.receive_to_end();
    BOOST_TEST(rest.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reset_after_the_clients_half_close_is_a_reset_and_no_clean_end) {
    joined session;
    session.client.send("question");
    session.client.half_close();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::orderly);
    session.target.send("half an ans");
    BOOST_TEST(session.client.receive(11) == "half an ans");
    session.target.reset();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_reset_after_the_targets_half_close_reaches_the_target) {
    joined session;
    session.target.half_close();
    BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
    session.client.send("half a que");
    BOOST_TEST(session.target.receive(10) == "half a que");
    session.client.reset();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(what_was_received_before_a_reset_is_delivered_to_a_slow_reader_first,
                     *not_in_wine("Wine does not tell how much of a send queue is left")) {
    joined session({}, {.receive_buffer = 4096});
    const std::string early = pattern(7, 0, 20'000);
    session.target.send(early);
    BOOST_TEST(session.client.receive(100) == early.substr(0, 100));
    std::this_thread::sleep_for(300ms);
    session.target.reset();
    std::this_thread::sleep_for(300ms);
    const auto rest = session.client.receive_to_end();
    BOOST_TEST((rest.bytes == early.substr(100)));
    BOOST_TEST(rest.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(
    a_reader_that_never_reads_cannot_hold_a_reset_session_beyond_the_flush_deadline,
    *not_in_wine("Wine opens and closes descriptors of its own")) {
    joined session({}, {.receive_buffer = 4096});
    session.target.send_until_blocked(64 * megabyte);
    const auto descriptors = open_descriptors(session.plug.process());
    session.target.reset();
    BOOST_TEST(
        eventually([&] { return open_descriptors(session.plug.process()) <= descriptors - 2; }));
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
}

// The end of the target's stream, which comes first, hides the reset from reads.
BOOST_TEST_DECORATOR(*posix_only("the plug is stopped by a signal"))
BOOST_DATA_TEST_CASE(a_request_that_a_killed_target_resets_is_no_completed_session,
                     data::make({true, false}), client_is_first) {
    joined session({"--debug", "--debug"});
    session.plug.signal(SIGSTOP);
    if (!client_is_first)
        session.target.close();
    session.client.send("request");
    session.client.half_close();
    std::this_thread::sleep_for(50ms); // its bytes come before the end of the target
    session.target.close();
    session.plug.signal(SIGCONT);
    const auto end = session.client.receive_to_end().end;
    if (client_is_first) // otherwise the end of the target is passed on before
        BOOST_TEST(end == stream_end::reset);
    BOOST_TEST(session.plug.says("target failed while relaying"));
    BOOST_TEST(count_matches(session.plug.errors(), "completed") == 0U);
}

BOOST_AUTO_TEST_CASE(a_clients_reset_never_marks_a_target) {
    named_server only("only");
    named_server other("other");
    auto plug = start_plug_2x({"-o"}, {only.address(), other.address()});
    for (int i = 0; i < 50; ++i) {
        stream client = plug.connect();
        BOOST_TEST(client.receive_until("\n") == "only\n");
        client.send(std::string(10'000, 'x'));
        client.reset();
    }
    BOOST_TEST(ask_name(plug.port()) == "only");
    BOOST_TEST(other.accepted() == 0U);
}

BOOST_AUTO_TEST_CASE(a_clients_reset_in_the_middle_of_a_download_never_marks_a_target) {
    listener front;
    named_server other("other");
    auto plug = start_plug_2x({"-o"}, {front.address(), other.address()});
    for (int i = 0; i < 5; ++i) {
        stream client = plug.connect();
        stream target = front.accept();
        // More than the buffers of all sockets on the way can hold.
        auto download = std::async(std::launch::async, [&] {
            const std::string portion(megabyte, 'x');
            int portions = 256;
            while (portions > 0 && target.try_send(portion)) {
                --portions;
            }
            return portions == 0;
        });
        BOOST_TEST(client.receive(100'000).size() == 100'000U);
        client.reset();
        BOOST_TEST(!download.get());
    }
    stream client = plug.connect();
    stream target = front.accept();
    target.send("still here");
    BOOST_TEST(client.receive(10) == "still here");
    BOOST_TEST(other.accepted() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_resets_before_the_target_answers_never_marks_it) {
    black_hole silent;
    named_server good("good");
    auto plug = start_plug({silent.address(), good.address()}, {"--connect-timeout", "500ms"});
    for (int i = 0; i < 5; ++i) {
        stream client = plug.connect();
        client.send("x");
        client.reset();
    }
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(ask_name(plug.port()) == "good");
    BOOST_TEST(count_matches(plug.errors(), literally(good.address())) == 0U);
}

BOOST_DATA_TEST_CASE(urgent_data_does_not_end_the_session, data::make({false, true}), keepalive) {
    joined session(keepalive ? words{"--keepalive"} : words{});
    session.client.send("one");
    session.client.send_urgent('!');
    session.client.send("two");
    session.target.send_urgent('?');
    session.target.send("three");
    session.client.half_close();
    session.target.half_close();
    // The urgent byte itself is out of band and may or may not come with the rest.
    const auto up = session.target.receive_to_end();
    BOOST_TEST(up.end == stream_end::orderly);
    BOOST_TEST((up.bytes == "onetwo" || up.bytes == "one!two"), up.bytes);
    const auto down = session.client.receive_to_end();
    BOOST_TEST(down.end == stream_end::orderly);
    BOOST_TEST((down.bytes == "three" || down.bytes == "?three"), down.bytes);
}

BOOST_AUTO_TEST_SUITE_END()
