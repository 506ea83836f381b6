// What signals do to a plug: stopping, the grace time, a broken pipe, a kill.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <list>

using namespace plug::test;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(unix_signals, *posix_only("these signals are of Unix"))

BOOST_DATA_TEST_CASE(clients_in_the_accept_queue_are_served_when_it_is_asked_to_stop,
                     data::make({"1", "4"}), threads) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--threads", threads});
    plug.signal(SIGSTOP);
    std::list<stream> clients;
    for (int i = 0; i < 40; ++i)
        clients.push_back(plug.connect());
    plug.signal(SIGTERM);
    plug.signal(SIGCONT);
    std::size_t served = 0;
    for (auto& client : clients) {
        client.half_close();
        const auto all = client.receive_to_end();
        served += all.bytes == "target\n" && all.end == stream_end::orderly ? 1 : 0;
    }
    BOOST_TEST(served == clients.size());
    BOOST_TEST(plug.finish() == 0);
}

BOOST_DATA_TEST_CASE(a_request_to_stop_closes_the_listeners_and_lets_sessions_finish,
                     data::make({SIGTERM, SIGINT}), number) {
    listener front;
    auto plug = start_plug({front.address()}, {"--grace", "1h"});
    stream client = plug.connect();
    stream target = front.accept();
    plug.signal(number);
    BOOST_TEST(eventually([&] { return listening_sockets(plug.port()) == 0; }));
    BOOST_CHECK_THROW(static_cast<void>(plug.connect()), std::system_error);
    client.send("still here");
    BOOST_TEST(target.receive(10) == "still here");
    target.send("me too");
    target.close();
    const auto all = client.receive_to_end();
    BOOST_TEST(all.bytes == "me too");
    BOOST_TEST(all.end == stream_end::orderly);
    client.close();
    BOOST_TEST(plug.finish() == 0);
}

BOOST_AUTO_TEST_CASE(signals_that_have_no_meaning_change_nothing) {
    named_server target("target");
    auto plug = start_plug({target.address()});
    plug.signal(SIGUSR2);
    plug.signal(SIGPIPE);
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(after_the_grace_time_sessions_are_cut_with_a_reset) {
    listener front;
    auto plug = start_plug({front.address()}, {"--grace", "500ms"});
    stream client = plug.connect();
    stream target = front.accept();
    plug.request_stop();
    BOOST_TEST(client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(target.receive_to_end().end == stream_end::reset);
    BOOST_TEST(plug.finish() == 0);
}

BOOST_AUTO_TEST_CASE(the_grace_time_ends_a_session_that_is_still_connecting) {
    black_hole silent;
    auto plug = start_plug({silent.address()}, {"--grace", "300ms", "--connect-timeout", "1h"});
    stream client = plug.connect();
    client.send("x");
    std::this_thread::sleep_for(100ms);
    plug.request_stop();
    BOOST_TEST(plug.finish() == 0);
    BOOST_TEST(client.receive_to_end().bytes == "");
}

BOOST_AUTO_TEST_CASE(a_second_request_ends_at_once) {
    listener front;
    auto plug = start_plug({front.address()}, {"--grace", "1h"});
    stream client = plug.connect();
    stream target = front.accept();
    plug.request_stop();
    BOOST_TEST(eventually([&] { return listening_sockets(plug.port()) == 0; }));
    BOOST_TEST(client.is_silent_for(300ms));
    plug.request_stop();
    BOOST_TEST(plug.finish() == 0);
    BOOST_TEST(client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(target.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(requests_on_the_way_out_change_nothing) {
    for (int round = 0; round < 10; ++round) {
        listener front;
        auto plug = start_plug({front.address()});
        std::optional<int> ended;
        while (!ended) {
            plug.request_stop();
            ended = plug.exit_code_within(milliseconds{0});
            // Signals without a pause would leave the process no time but for taking them.
            std::this_thread::sleep_for(std::chrono::microseconds{100});
        }
        BOOST_TEST(*ended == 0);
    }
}

BOOST_DATA_TEST_CASE(signals_that_the_caller_held_back_are_heard, data::make({SIGTERM, SIGINT}),
                     number) {
    listener front;
    auto plug =
        start_plug({front.address()}, {}, {.blocked_signals = {SIGTERM, SIGINT, SIGHUP, SIGUSR1}});
    plug.signal(number);
    BOOST_TEST(plug.finish() == 0);
}

BOOST_AUTO_TEST_CASE(a_broken_pipe_ends_nothing) {
    named_server target("target");
    auto plug =
        start_plug({target.address()}, {"--session-log", "-"}, {.output_pipe_broken = true});
    BOOST_TEST(ask_names(plug.port(), 5).size() == 5U);
    plug.signal(SIGPIPE);
    BOOST_TEST(ask_names(plug.port(), 5).size() == 5U);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_kill_ends_sessions_and_frees_the_port) {
    listener front;
    auto plug = start_plug({front.address()});
    stream client = plug.connect();
    stream target = front.accept();
    plug.kill();
    BOOST_TEST(plug.finish() == 128 + SIGKILL);
    BOOST_TEST(client.receive_to_end().end != stream_end::timed_out);
    running_plug again(plug.port(), {"run", join("127.0.0.1", plug.port()), front.address()});
    stream next = again.connect();
    BOOST_TEST(front.accept().peer_port() != 0);
}

BOOST_AUTO_TEST_SUITE_END()
