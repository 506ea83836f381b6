// What the system tells about ports.
#include "platform/local_ports.hpp"

#include "platform/host.hpp"
#include "tests/support/net/listener.hpp"
#include "tests/support/net/ports.hpp"

#include <boost/test/unit_test.hpp>

using boost::asio::ip::make_address;
using plug::platform::listening_process;
using plug::platform::read_ephemeral_ports;

namespace {

/// Whether this test program is what is in the way of that address on `port`.
bool holds(const char* address, std::uint16_t port) {
    const auto found = listening_process({make_address(address), port});
    return found && found->id != 0 && found->name.starts_with("platform_tests");
}

/// Wine keeps the process of a socket to itself. POSIX systems have no such excuse.
boost::test_tools::assertion_result processes_are_told(boost::unit_test::test_unit_id) {
    const plug::test::listener other("127.0.0.1");
    boost::test_tools::assertion_result told =
        plug::platform::can_detach() ||
        listening_process({make_address("127.0.0.1"), other.port()});
    told.message() << "this system does not tell whose a port is";
    return told;
}

} // namespace

BOOST_AUTO_TEST_SUITE(local_ports)

BOOST_AUTO_TEST_CASE(the_process_that_listens_is_found_for_every_address_that_it_is_in_the_way_of,
                     *boost::unit_test::precondition(processes_are_told)) {
    const plug::test::listener other("127.0.0.1");
    BOOST_TEST(holds("127.0.0.1", other.port()));
    BOOST_TEST(holds("0.0.0.0", other.port()));
    BOOST_TEST(holds("::", other.port())); // a plug on all addresses serves both families
    BOOST_TEST(!holds("127.0.0.2", other.port()));
    BOOST_TEST(!holds("::1", other.port()));
}

BOOST_AUTO_TEST_CASE(a_listener_of_ipv6_is_found_too,
                     *boost::unit_test::precondition(processes_are_told)) {
    const plug::test::listener other("::1");
    BOOST_TEST(holds("::1", other.port()));
    BOOST_TEST(holds("::", other.port()));
    BOOST_TEST(!holds("127.0.0.1", other.port()));
}

BOOST_AUTO_TEST_CASE(nobody_is_found_where_nobody_listens) {
    BOOST_TEST(!listening_process({make_address("127.0.0.1"), plug::test::reserve_port()}));
}

BOOST_AUTO_TEST_CASE(listening_sockets_are_counted_where_they_are_surely_in_the_way,
                     *boost::unit_test::precondition(processes_are_told)) {
    const plug::test::listener first("127.0.0.1");
    const auto count = [&](const char* address) {
        return plug::platform::listening_sockets({make_address(address), first.port()});
    };
    BOOST_TEST(count("127.0.0.1") == 1U);
    BOOST_TEST(count("0.0.0.0") == 1U);
    BOOST_TEST(count("::") == 1U);
    BOOST_TEST(count("127.0.0.2") == 0U);
    const plug::test::listener second("127.0.0.2", first.port());
    BOOST_TEST(count("0.0.0.0") == 2U);
    const plug::test::listener everywhere("::");
    const auto beside =
        plug::platform::listening_sockets({make_address("127.0.0.1"), everywhere.port()});
    BOOST_TEST(beside == 0U); // it may be there for IPv6 alone
}

BOOST_AUTO_TEST_CASE(a_range_of_ports_that_is_told_is_a_range_of_ports) {
    BOOST_TEST(read_ephemeral_ports().count() <= 65535U);
}

BOOST_AUTO_TEST_SUITE_END()
