// A client never pays for a target's failure while another target is there.
#include "tests/support/net/pattern.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <set>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

words with_threads(int threads, words more = {}) {
    more.insert(more.end(), {"--threads", std::to_string(threads)});
    return more;
}

/// Sends `text` at once, whatever the plug does behind it, and checks that it comes back.
void talk_early(std::uint16_t port, const std::string& text, const std::string& name) {
    stream client = stream::connect("127.0.0.1", port);
    client.send(text);
    client.half_close();
    const auto all = client.receive_to_end();
    BOOST_TEST(all.bytes == name + "\n" + text);
    BOOST_TEST(all.end == stream_end::orderly);
}

/// Lines of the log that name `address` and why it failed.
/// The number is WSAETIMEDOUT, for which Wine has no text.
std::size_t complaints(const program& plug, const std::string& address) {
    return count_matches(plug.errors(),
                         "^.*" + literally(address) +
                             ".*([Rr]efused|timed out|\\(10060\\)|[Uu]nreachable).*$");
}

} // namespace

BOOST_AUTO_TEST_SUITE(failover)

BOOST_DATA_TEST_CASE(the_client_gets_the_next_target_when_the_first_refuses, data::make({1, 4}),
                     threads) {
    named_server good("good");
    auto plug = start_plug({closed_address(), good.address()}, with_threads(threads));
    for (int i = 0; i < 8; ++i)
        BOOST_TEST(ask_name(plug.port()) == "good");
}

BOOST_DATA_TEST_CASE(the_client_gets_the_next_target_when_the_first_does_not_answer,
                     data::make({1, 4}), threads) {
    black_hole silent;
    named_server good("good");
    auto plug = start_plug({silent.address(), good.address()},
                           with_threads(threads, {"--connect-timeout", "300ms"}));
    for (int i = 0; i < 8; ++i)
        BOOST_TEST(ask_name(plug.port()) == "good");
}

BOOST_AUTO_TEST_CASE(
    the_client_gets_the_next_target_when_the_first_is_unreachable,
    *boost::unit_test::precondition(is_root) *
        not_in_wine("Wine makes sockets in its server, which stays in its own network")) {
    in_own_network([] {
        named_server good("good");
        auto plug = start_plug({"10.1.2.3:80", "[2001:db8::1]:80", good.address()});
        BOOST_TEST(ask_name(plug.port()) == "good");
        BOOST_TEST(plug.says("2001:db8::1\\]:80.*unreachable"));
        BOOST_TEST(complaints(plug, "10.1.2.3:80") == 1U);
        BOOST_TEST(complaints(plug, "[2001:db8::1]:80") == 1U);
    });
}

BOOST_AUTO_TEST_CASE(the_client_gets_past_any_number_of_bad_targets) {
    named_server good("good");
    words targets;
    for (int i = 0; i < 20; ++i)
        targets.push_back(closed_address());
    targets.push_back(good.address());
    auto plug = start_plug(targets);
    BOOST_TEST(ask_name(plug.port()) == "good");
}

BOOST_AUTO_TEST_CASE(the_default_connect_timeout_ends_the_wait_too) {
    black_hole silent;
    named_server good("good");
    auto plug = start_plug({silent.address(), good.address()});
    BOOST_TEST(ask_name(plug.port()) == "good");
}

BOOST_AUTO_TEST_CASE(bytes_sent_while_the_first_target_refused_arrive) {
    named_server good("good");
    auto plug = start_plug({closed_address(), good.address()});
    talk_early(plug.port(), pattern(1, 0, 30'000), "good");
}

BOOST_AUTO_TEST_CASE(bytes_and_the_end_sent_while_the_first_target_was_silent_arrive) {
    black_hole silent;
    named_server good("good");
    auto plug = start_plug({silent.address(), good.address()}, {"--connect-timeout", "300ms"});
    talk_early(plug.port(), pattern(2, 0, 100'000), "good");
}

BOOST_AUTO_TEST_CASE(a_target_that_is_down_is_left_alone_without_a_retry_time) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug_2x({}, {a.address(), b.address()});
    BOOST_TEST(ask_name(plug.port()) == "b");
    a.come_back();
    for (int i = 0; i < 6; ++i)
        BOOST_TEST(ask_name(plug.port()) == "b");
    BOOST_TEST(a.accepted() == 0U);
}

BOOST_AUTO_TEST_CASE(a_target_that_is_down_is_tried_again_after_the_retry_time) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug({a.address(), b.address()}, {"--retry", "200ms"});
    BOOST_TEST(ask_name(plug.port()) == "b");
    a.come_back();
    BOOST_TEST(eventually([&] { return ask_name(plug.port()) == "a"; }));
}

BOOST_DATA_TEST_CASE(when_all_are_down_all_are_tried_again, data::make({1, 4}), threads) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    b.refuse();
    auto plug = start_plug({a.address(), b.address()}, with_threads(threads, {"--retry", "1h"}));
    stream lost = plug.connect();
    BOOST_TEST(lost.receive_to_end().bytes == "");
    b.come_back();
    BOOST_TEST(ask_name(plug.port()) == "b");
    // The good one is up now, so the other one has to wait for its retry time.
    a.come_back();
    BOOST_TEST(ask_name(plug.port()) == "b");
}

BOOST_AUTO_TEST_CASE(when_all_are_down_the_2x_line_starts_from_the_first_again) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    b.refuse();
    auto plug = start_plug_2x({}, {a.address(), b.address()});
    stream lost = plug.connect();
    BOOST_TEST(lost.receive_to_end().bytes == "");
    a.come_back();
    b.come_back();
    BOOST_TEST(ask_name(plug.port()) == "a");
    BOOST_TEST(ask_name(plug.port()) == "b");
}

BOOST_AUTO_TEST_CASE(a_client_for_whom_nothing_is_left_is_closed_without_a_byte) {
    auto plug = start_plug({closed_address(), closed_address()});
    stream client = plug.connect();
    const auto all = client.receive_to_end();
    BOOST_TEST(all.bytes == "");
    BOOST_TEST(all.end != stream_end::timed_out);
}

BOOST_DATA_TEST_CASE(a_target_that_fails_is_logged_once_and_not_for_each_client, data::make({1, 4}),
                     threads) {
    const std::string bad = closed_address();
    named_server good("good");
    auto plug = start_plug({bad, good.address()}, with_threads(threads));
    std::vector<std::future<std::vector<std::string>>> asked;
    for (int i = 0; i < 8; ++i)
        asked.push_back(
            std::async(std::launch::async, [port = plug.port()] { return ask_names(port, 10); }));
    for (auto& one : asked)
        one.get();
    BOOST_TEST(plug.says(literally(bad) + ".*[Rr]efused"));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(complaints(plug, bad) == 1U, plug.errors());
}

BOOST_DATA_TEST_CASE(a_silent_target_is_logged_once_while_many_clients_wait_for_it,
                     data::make({1, 4}), threads) {
    black_hole silent;
    named_server good("good");
    auto plug = start_plug({silent.address(), good.address()},
                           with_threads(threads, {"--connect-timeout", "1s", "--first"}));
    std::vector<std::future<std::string>> asked;
    for (int i = 0; i < 16; ++i)
        asked.push_back(
            std::async(std::launch::async, [port = plug.port()] { return ask_name(port); }));
    for (auto& one : asked)
        BOOST_TEST(one.get() == "good");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(complaints(plug, silent.address()) == 1U, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_return_and_a_second_failure_are_logged_again) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug({a.address(), b.address()}, {"--retry", "100ms"});
    BOOST_TEST(ask_name(plug.port()) == "b");
    a.come_back();
    BOOST_TEST(eventually([&] { return ask_name(plug.port()) == "a"; }));
    a.refuse();
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(ask_name(plug.port()) == "b");
    BOOST_TEST(plug.says(literally(a.address()) + ".*[Rr]efused", 2));
}

BOOST_AUTO_TEST_CASE(failover_goes_on_after_many_failed_sessions) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug({a.address(), b.address()}, {"--retry", "1ms"});
    constexpr std::size_t sessions = 2000;
    const auto names = ask_names(plug.port(), sessions);
    BOOST_TEST(std::set<std::string>(names.begin(), names.end()) == std::set<std::string>{"b"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_connect_that_succeeded_is_final) {
    listener first;
    named_server second("second");
    auto plug = start_plug({first.address(), second.address()}, {"--first"});
    stream client = plug.connect();
    client.send("request");
    stream target = first.accept();
    BOOST_TEST(target.receive(7) == "request");
    target.reset();
    const auto all = client.receive_to_end();
    BOOST_TEST(all.bytes == "");
    BOOST_TEST(all.end == stream_end::reset);
    BOOST_TEST(second.accepted() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
