// How many system calls the plug spends: on Linux they are what a relay costs.
#include "tests/support/load/load.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/system_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace plug::test;

namespace {

double each(std::uint64_t calls, std::size_t times) {
    return static_cast<double>(calls) / static_cast<double>(times);
}

/// Calls for each 64 bytes there and back, with so many connections open and busy.
double calls_of_a_round_trip(std::size_t connections, std::size_t times) {
    load work(connections);
    auto plug = start_plug({work.target_address()});
    work.open(plug.port());
    system_call_counter counter(plug.process());
    work.exchange_messages(times);
    const auto calls = counter.count();
    BOOST_TEST_MESSAGE(connections << " connections: " << each(calls, times)
                                   << " calls for a round trip\n"
                                   << counter.table());
    return each(calls, times);
}

} // namespace

BOOST_AUTO_TEST_SUITE(system_calls, *boost::unit_test::label("posix"))

BOOST_AUTO_TEST_CASE(connect_64_bytes_and_close_take_fewer_than_16) {
    load work(64);
    auto plug = start_plug({work.target_address()});
    work.connect_and_close(plug.port(), 500);
    constexpr std::size_t times = 3000;
    double fewest = 100;
    // On a busy machine fewer sessions share a wake of the worker.
    for (int round = 0; round < 3; ++round) {
        system_call_counter counter(plug.process());
        work.connect_and_close(plug.port(), times);
        fewest = std::min(fewest, each(counter.count(), times));
        BOOST_TEST_MESSAGE(fewest << " calls for a session\n" << counter.table());
    }
    BOOST_TEST(fewest < 16);
}

BOOST_AUTO_TEST_CASE(a_round_trip_among_64_takes_fewer_than_4_5) {
    BOOST_TEST(calls_of_a_round_trip(64, 5000) < 4.5);
}

BOOST_AUTO_TEST_CASE(a_round_trip_alone_takes_fewer_than_11) {
    BOOST_TEST(calls_of_a_round_trip(1, 2000) < 11);
}

BOOST_AUTO_TEST_SUITE_END()
