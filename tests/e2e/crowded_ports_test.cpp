// Local ports that rest in TIME_WAIT towards a target, and ports that are used towards another one.
#include "tests/support/net/resting_ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <list>
#include <thread>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

/// A network without the reuse that serves loopback addresses alone.
void in_network_like_others(const std::function<void()>& body) {
    in_own_network([&] {
        set_network_setting("net/ipv4/tcp_tw_reuse", "0");
        body();
    });
}

/// Processor time of plug for each of `count` sessions, whose clients close first.
double cost_of_a_session(running_plug& plug, std::size_t count) {
    const double before = processor_seconds(plug.process());
    for (std::size_t number = 0; number < count; ++number) {
        stream client = plug.connect();
        client.half_close();
        if (client.receive_to_end().end != stream_end::orderly)
            throw std::runtime_error("a session failed");
    }
    return (processor_seconds(plug.process()) - before) / static_cast<double>(count);
}

} // namespace

BOOST_AUTO_TEST_SUITE(
    crowded_ports, *boost::unit_test::precondition(is_root) *
                       posix_only("Wine makes sockets in its server, which stays in its network"))

BOOST_DATA_TEST_CASE(a_session_costs_about_the_same_while_25000_ports_rest,
                     data::make({"127.0.0.1", "127.0.0.9", "::1"}), source) {
    in_network_like_others([&] {
        const bool is_v6 = std::string(source) == "::1";
        quiet_target target(is_v6 ? "::1" : "127.0.0.1");
        const bool is_usual = std::string(source) != "127.0.0.9";
        auto plug = start_plug({target.address()}, is_usual ? words{} : words{"--source", source});
        constexpr std::size_t sessions = 1000;
        const double at_none = cost_of_a_session(plug, sessions);
        const auto resting = sessions + let_ports_rest(target, source, 10'900);
        BOOST_TEST(resting > 24'900U);
        const double at_many = cost_of_a_session(plug, sessions);
        BOOST_TEST_MESSAGE("microseconds: " << at_none * 1e6 << " at none, " << at_many * 1e6
                                            << " at 25,000");
        BOOST_TEST(at_many < 8 * at_none);
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(with_a_source_address_ports_run_out_towards_each_target_apart) {
    in_network_like_others([] {
        named_server left("left");
        named_server right("right");
        auto plug = start_plug({left.address(), right.address()}, {"--source", "127.0.0.9"});
        set_network_setting("net/ipv4/ip_local_port_range", "40000 40029");
        std::list<stream> clients;
        for (int number = 0; number < 50; ++number) {
            // Clients have ports for each address of theirs, too.
            clients.push_back(plug.connect({.source = number < 25 ? "127.0.0.2" : "127.0.0.3"}));
            BOOST_TEST(clients.back().receive_until("\n") ==
                       (number % 2 == 0 ? "left\n" : "right\n"));
        }
        BOOST_TEST(plug.errors().empty(), plug.errors());
    });
}

BOOST_AUTO_TEST_CASE(beyond_the_last_port_the_shortage_is_named_and_the_next_clients_wait) {
    in_own_network([] {
        named_server target("target");
        auto plug = start_plug({target.address()}, {"--connect-timeout", "1h"});
        set_network_setting("net/ipv4/ip_local_port_range", "40000 40029");
        std::list<stream> clients;
        for (int number = 0; number < 30; ++number) {
            clients.push_back(plug.connect({.source = "127.0.0.2"}));
            BOOST_TEST(clients.back().receive_until("\n") == "target\n");
        }
        std::list<stream> late;
        // A worker that has met the shortage says so when the next client comes to it.
        for (int number = 0; number < 25; ++number) {
            late.push_back(plug.connect({.source = "127.0.0.3"}));
            std::this_thread::sleep_for(10ms);
        }
        BOOST_TEST(plug.says("connect: no local port or address is free"), plug.errors());
        BOOST_TEST(late.front().is_silent_for(100ms));
        clients.clear(); // towards loopback such ports are used again after a second
        for (stream& client : late)
            BOOST_TEST(client.receive_until("\n") == "target\n");
    });
}

BOOST_AUTO_TEST_SUITE_END()
