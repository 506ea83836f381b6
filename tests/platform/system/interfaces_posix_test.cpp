// The interfaces of this machine by the names that Unix gives them.
#include "platform/interfaces.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using boost::asio::ip::make_address;
using plug::platform::addresses_of_interface;
using plug::platform::is_local_address;

constexpr const char* loopback = "lo";

} // namespace

BOOST_AUTO_TEST_SUITE(interfaces_posix)

BOOST_AUTO_TEST_CASE(the_loopback_interface_has_its_address) {
    const auto found = addresses_of_interface(loopback);
    BOOST_TEST(std::count(found.begin(), found.end(), make_address("127.0.0.1")) == 1);
}

BOOST_AUTO_TEST_CASE(every_address_of_the_interface_is_local) {
    for (const auto& address : addresses_of_interface(loopback)) {
        BOOST_TEST(is_local_address(address), address.to_string() << " is not local");
    }
}

BOOST_AUTO_TEST_SUITE_END()
