// Targets that take a limited number of connections, and the clients who wait for them.
#include "tests/support/net/listener.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <future>
#include <vector>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

words with_threads(int threads, words more) {
    more.insert(more.end(), {"--threads", std::to_string(threads), "--debug", "--debug"});
    return more;
}

std::string name_of(stream& client) {
    auto name = client.receive_until("\n");
    name.pop_back();
    return name;
}

/// Two clients of a plug whose target takes one: the second waits when the plug is asked to stop.
struct stopped_while_one_waits {
    explicit stopped_while_one_waits(const std::string& grace)
        : plug(start_plug({target.address()},
                          with_threads(1, {"--max-connections", "1", "--grace", grace}))),
          first(plug.connect()) {
        BOOST_TEST(name_of(first) == "a");
        second = plug.connect();
        BOOST_TEST(second.is_silent_for(200ms));
        plug.request_stop();
    }

    named_server target{"a"};
    running_plug plug;
    stream first;
    stream second;
};

} // namespace

BOOST_AUTO_TEST_SUITE(queue)

BOOST_DATA_TEST_CASE(a_client_waits_until_another_has_gone, data::make({1, 4}), threads) {
    named_server target("a");
    auto plug = start_plug({target.address()}, with_threads(threads, {"--max-connections", "1"}));
    auto first = plug.connect();
    BOOST_TEST(name_of(first) == "a");
    auto second = plug.connect();
    BOOST_TEST(second.is_silent_for(300ms));
    BOOST_TEST(target.accepted() == 1U);
    first.half_close();
    BOOST_TEST(first.receive_to_end().end == stream_end::orderly);
    BOOST_TEST(name_of(second) == "a");
    second.send("ping");
    BOOST_TEST(second.receive(4) == "ping");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_waited_for_too_long_is_closed_and_the_record_says_so) {
    named_server target("a");
    auto plug = start_plug({target.address()},
                           with_threads(1, {"--max-connections", "1", "--queue-timeout", "300ms"}));
    auto first = plug.connect();
    BOOST_TEST(name_of(first) == "a");
    auto second = plug.connect();
    const auto got = second.receive_to_end();
    BOOST_TEST(got.bytes == "");
    BOOST_TEST(got.end == stream_end::orderly);
    BOOST_TEST(plug.says("queue timeout while queued"));
    BOOST_TEST(target.accepted() == 1U);
    first.send("still here");
    BOOST_TEST(first.receive(10) == "still here");
}

BOOST_AUTO_TEST_CASE(a_client_too_many_is_closed_at_once) {
    named_server target("a");
    auto plug = start_plug({target.address()},
                           with_threads(1, {"--max-connections", "1", "--queue-capacity", "0",
                                            "--queue-timeout", "1h"}));
    auto first = plug.connect();
    BOOST_TEST(name_of(first) == "a");
    BOOST_TEST(plug.connect().receive_to_end().end == stream_end::orderly);
    BOOST_TEST(plug.says("queue full while queued"));
}

BOOST_DATA_TEST_CASE(full_targets_are_passed_over,
                     data::make({"round-robin", "first", "least-connections", "random-two",
                                 "source-hash"}),
                     policy) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug({a.address(), b.address()},
                           with_threads(1, {"--max-connections", "2", "--policy", policy}));
    std::vector<stream> clients;
    std::vector<std::string> names;
    for (int each = 0; each < 4; ++each) {
        clients.push_back(plug.connect());
        names.push_back(name_of(clients.back()));
    }
    BOOST_TEST(std::ranges::count(names, "a") == 2);
    BOOST_TEST(std::ranges::count(names, "b") == 2);
}

BOOST_DATA_TEST_CASE(nobody_is_forgotten_among_many, data::make({1, 4}), threads) {
    named_server a("a");
    named_server b("b");
    auto plug =
        start_plug({a.address(), b.address()},
                   with_threads(threads, {"--max-connections", "2", "--queue-timeout", "1min"}));
    std::vector<std::future<std::vector<std::string>>> asked;
    for (int each = 0; each < 12; ++each) {
        asked.push_back(
            std::async(std::launch::async, [port = plug.port()] { return ask_names(port, 25); }));
    }
    std::size_t served = 0;
    for (auto& each : asked) {
        served += each.get().size();
    }
    BOOST_TEST(served == 12U * 25U);
    BOOST_TEST(a.accepted() + b.accepted() == served);
}

BOOST_AUTO_TEST_CASE(a_plug_that_stops_lets_those_who_wait_be_served_within_the_grace_time) {
    stopped_while_one_waits now("1min");
    BOOST_TEST(now.plug.says("stopping: 2 sessions may finish"));
    now.first.half_close();
    BOOST_TEST(name_of(now.second) == "a");
    now.second.half_close();
    BOOST_TEST(now.second.receive_to_end().end == stream_end::orderly);
    BOOST_TEST(now.plug.finish() == 0);
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_cut_when_the_grace_time_is_over) {
    stopped_while_one_waits now("300ms");
    BOOST_TEST(now.second.receive_to_end().end == stream_end::reset);
    now.plug.finish();
    BOOST_TEST(now.plug.says("stopped while queued"));
}

BOOST_AUTO_TEST_SUITE_END()
