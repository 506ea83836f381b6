// The addresses of this machine.
#include "platform/interfaces.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using boost::asio::ip::make_address;
using plug::platform::addresses_of_interface;
using plug::platform::is_local_address;

} // namespace

BOOST_AUTO_TEST_SUITE(interfaces)

BOOST_AUTO_TEST_CASE(loopback_addresses_are_local) {
    BOOST_TEST(is_local_address(make_address("127.0.0.1")));
    BOOST_TEST(is_local_address(make_address("127.45.6.7")));
    BOOST_TEST(is_local_address(make_address("::1")));
    BOOST_TEST(is_local_address(make_address("::ffff:127.0.0.1")));
}

BOOST_AUTO_TEST_CASE(the_unspecified_address_reaches_this_machine) {
    BOOST_TEST(is_local_address(make_address("0.0.0.0")));
    BOOST_TEST(is_local_address(make_address("::")));
}

BOOST_AUTO_TEST_CASE(addresses_reserved_for_documentation_are_not_local) {
    BOOST_TEST(!is_local_address(make_address("192.0.2.1")));
    BOOST_TEST(!is_local_address(make_address("2001:db8::1")));
}

BOOST_AUTO_TEST_CASE(multicast_and_broadcast_are_not_local) {
    BOOST_TEST(!is_local_address(make_address("224.0.0.1")));
    BOOST_TEST(!is_local_address(make_address("255.255.255.255")));
}

BOOST_AUTO_TEST_CASE(an_interface_that_is_not_there_has_no_address) {
    BOOST_TEST(addresses_of_interface("no-such-one").empty());
    BOOST_TEST(addresses_of_interface("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
