// Choice of target over the whole process: rotation, first, sticky.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <map>
#include <set>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

struct three_targets {
    named_server a{"a"};
    named_server b{"b"};
    named_server c{"c"};

    [[nodiscard]] words addresses() const { return {a.address(), b.address(), c.address()}; }
};

words with_threads(int threads, words more = {}) {
    more.insert(more.end(), {"--threads", std::to_string(threads)});
    return more;
}

/// Asks from several threads at once, `each` times in each; tells how often each name came.
std::map<std::string, std::size_t> ask_at_once(std::uint16_t port, std::size_t clients,
                                               std::size_t each) {
    std::vector<std::future<std::vector<std::string>>> asked;
    for (std::size_t i = 0; i < clients; ++i)
        asked.push_back(
            std::async(std::launch::async, [port, each] { return ask_names(port, each); }));
    std::map<std::string, std::size_t> counts;
    for (auto& one : asked)
        for (const auto& name : one.get())
            ++counts[name];
    return counts;
}

/// The address of client number `i`, one of many of this machine.
std::string client_address(int i) { return "127.0.7." + std::to_string(i + 1); }

} // namespace

BOOST_AUTO_TEST_SUITE(balance)

BOOST_DATA_TEST_CASE(targets_take_turns_in_the_order_of_the_command_line, data::make({1, 4}),
                     threads) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), with_threads(threads));
    const words expected{"a", "b", "c", "a", "b", "c", "a", "b", "c"};
    BOOST_TEST(ask_names(plug.port(), expected.size()) == expected,
               boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(concurrent_clients_are_dealt_out_exactly, data::make({1, 4}), threads) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), with_threads(threads));
    constexpr std::size_t clients = 8;
    constexpr std::size_t each = 30;
    const auto counts = ask_at_once(plug.port(), clients, each);
    for (const auto* name : {"a", "b", "c"})
        BOOST_TEST(counts.at(name) == clients * each / 3, name);
}

BOOST_DATA_TEST_CASE(a_target_that_is_down_loses_its_turn_and_the_others_share_exactly,
                     data::make({1, 4}), threads) {
    three_targets targets;
    targets.b.refuse();
    auto plug = start_plug(targets.addresses(), with_threads(threads));
    // The first round finds out.
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(ask_name(plug.port()) != "b");
    const std::size_t a_before = targets.a.accepted();
    const std::size_t c_before = targets.c.accepted();
    ask_at_once(plug.port(), 4, 20);
    BOOST_TEST(targets.a.accepted() - a_before == 40U);
    BOOST_TEST(targets.c.accepted() - c_before == 40U);
}

BOOST_DATA_TEST_CASE(first_always_takes_the_head_of_the_list, data::make({1, 4}), threads) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), with_threads(threads, {"--first"}));
    const auto counts = ask_at_once(plug.port(), 4, 10);
    BOOST_TEST(counts.size() == 1U);
    BOOST_TEST(counts.at("a") == 40U);
}

BOOST_DATA_TEST_CASE(first_moves_on_when_the_head_is_down, data::make({1, 4}), threads) {
    three_targets targets;
    targets.a.refuse();
    auto plug = start_plug(targets.addresses(), with_threads(threads, {"--first"}));
    const auto counts = ask_at_once(plug.port(), 4, 10);
    BOOST_TEST(counts.size() == 1U);
    BOOST_TEST(counts.at("b") == 40U);
}

BOOST_DATA_TEST_CASE(a_client_address_sticks_to_its_target, data::make({1, 4}), threads) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), with_threads(threads, {"--sticky"}));
    constexpr int clients = 12;
    std::vector<std::future<std::set<std::string>>> asked;
    for (int i = 0; i < clients; ++i)
        asked.push_back(std::async(std::launch::async, [port = plug.port(), i] {
            const auto names = ask_names(port, 10, client_address(i));
            return std::set<std::string>(names.begin(), names.end());
        }));
    std::map<std::string, int> clients_of;
    for (auto& one : asked) {
        const auto names = one.get();
        BOOST_TEST(names.size() == 1U);
        ++clients_of[*names.begin()];
    }
    // New addresses are dealt out in turn, so each target has its share of them.
    for (const auto* name : {"a", "b", "c"})
        BOOST_TEST(clients_of[name] == clients / 3, name);
}

BOOST_AUTO_TEST_CASE(sticky_holds_while_sessions_of_one_client_overlap) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), with_threads(4, {"--sticky"}));
    std::vector<std::future<std::string>> asked;
    for (int i = 0; i < 24; ++i)
        asked.push_back(std::async(std::launch::async, [port = plug.port()] {
            return ask_name(port, client_address(0));
        }));
    std::set<std::string> names;
    for (auto& one : asked)
        names.insert(one.get());
    BOOST_TEST(names.size() == 1U);
}

BOOST_AUTO_TEST_CASE(sticky_works_for_ipv6_clients) {
    three_targets targets;
    const std::uint16_t port = reserve_port();
    running_plug plug(
        port, together({"run", std::to_string(port)}, together(targets.addresses(), {"--sticky"})));
    std::set<std::string> names;
    for (int i = 0; i < 6; ++i)
        names.insert(ask_name(port, "::1", "::1"));
    BOOST_TEST(names.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sticky_client_moves_when_its_target_is_down_and_stays_there) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), {"--sticky"});
    BOOST_TEST(ask_name(plug.port(), client_address(0)) == "a");
    targets.a.refuse();
    const auto moved = ask_name(plug.port(), client_address(0));
    BOOST_TEST(moved != "a");
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(ask_name(plug.port(), client_address(0)) == moved);
}

BOOST_AUTO_TEST_CASE(the_expiry_of_one_client_does_not_move_another) {
    three_targets targets;
    auto plug = start_plug(targets.addresses(), {"--sticky", "--sticky-timeout", "3s"});
    const std::string idle = client_address(0);
    const std::string busy = client_address(1);
    BOOST_TEST(ask_name(plug.port(), idle) == "a");
    BOOST_TEST(ask_name(plug.port(), busy) == "b");
    // The busy client renews its place until the idle one has been forgotten and gets a new one.
    // Only the busy client's own answers are judged, so that a slow machine cannot spoil it.
    const auto started = std::chrono::steady_clock::now();
    auto last = started;
    std::chrono::steady_clock::duration longest_pause{};
    std::set<std::string> names;
    while (std::chrono::steady_clock::now() - started < 5s) {
        names.insert(ask_name(plug.port(), busy));
        longest_pause = std::max(longest_pause, std::chrono::steady_clock::now() - last);
        last = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(100ms);
    }
    if (longest_pause < 2s)
        BOOST_TEST(names == std::set<std::string>{"b"}, boost::test_tools::per_element());
    BOOST_TEST(ask_name(plug.port(), idle) == "c");
}

BOOST_AUTO_TEST_SUITE_END()
