// Health checks against targets that go and come back.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

using namespace plug::test;

namespace {

const words fast_check{"--check",          "send-expect", "--check-expect", "name",
                       "--check-interval", "100ms",       "--check-rise",   "2",
                       "--check-fall",     "2",           "--retry",        "never"};

} // namespace

BOOST_AUTO_TEST_SUITE(checks)

BOOST_AUTO_TEST_CASE(a_target_that_goes_is_found_without_any_client_and_so_is_its_return) {
    named_server a("name-a");
    named_server b("name-b");
    auto plug = start_plug({a.address(), b.address()}, together(fast_check, {"--first"}));
    BOOST_TEST(ask_name(plug.port()) == "name-a");
    a.refuse();
    BOOST_TEST(plug.says("check of " + literally(a.address()) + ".*; target is down"));
    BOOST_TEST(ask_names(plug.port(), 3) == words(3, "name-b"), boost::test_tools::per_element());
    a.come_back();
    BOOST_TEST(plug.says("target " + literally(a.address()) + " is up again"));
    BOOST_TEST(ask_name(plug.port()) == "name-a");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_target_that_hangs_is_found) {
    named_server a("name-a");
    named_server b("name-b");
    auto plug = start_plug({a.address(), b.address()},
                           together(fast_check, {"--first", "--check-timeout", "100ms"}));
    a.fall_silent();
    BOOST_TEST(plug.says("check of " + literally(a.address()) + ".*; target is down"));
    BOOST_TEST(ask_name(plug.port()) == "name-b");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_target_that_says_something_else_is_out_though_it_can_be_reached) {
    named_server wrong("other");
    named_server right("name-b");
    auto plug = start_plug({wrong.address(), right.address()}, together(fast_check, {"--first"}));
    BOOST_TEST(plug.says("check of " + literally(wrong.address()) + ".*; target is down"));
    BOOST_TEST(ask_names(plug.port(), 3) == words(3, "name-b"), boost::test_tools::per_element());
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(sessions_on_a_target_that_its_check_calls_down_end_where_that_is_wished) {
    named_server a("name-a");
    named_server b("name-b");
    auto plug = start_plug({a.address(), b.address()},
                           together(fast_check, {"--first", "--on-down", "close"}));
    auto on_a = plug.connect();
    BOOST_TEST(on_a.receive(7) == "name-a\n");
    a.refuse();
    BOOST_TEST(on_a.receive_to_end().end == stream_end::reset);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
