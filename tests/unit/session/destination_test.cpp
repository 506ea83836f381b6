// A target by address or by name.
#include "core/session/destination.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using boost::asio::ip::make_address;

const plug::destination::endpoint one{make_address("192.0.2.1"), 80};
const plug::destination::endpoint two{make_address("192.0.2.2"), 80};

} // namespace

BOOST_AUTO_TEST_SUITE(destination)

BOOST_AUTO_TEST_CASE(an_address_is_known_from_the_start) {
    const plug::destination target({"192.0.2.1", 80, make_address("192.0.2.1")});
    BOOST_TEST(!target.is_name());
    BOOST_TEST(*target.label() == "192.0.2.1:80");
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{one}));
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_is_shown_in_brackets) {
    const plug::destination target({"2001:db8::1", 443, make_address("2001:db8::1")});
    BOOST_TEST(*target.label() == "[2001:db8::1]:443");
}

BOOST_AUTO_TEST_CASE(a_name_leads_nowhere_until_it_is_resolved) {
    plug::destination target({"db.example.org", 80, {}});
    BOOST_TEST(target.is_name());
    BOOST_TEST(*target.label() == "db.example.org:80");
    BOOST_TEST(target.addresses()->empty());
    BOOST_TEST(target.resolved_to({one, two}));
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{one, two}));
}

BOOST_AUTO_TEST_CASE(the_same_answer_again_is_no_change) {
    plug::destination target({"db.example.org", 80, {}});
    target.resolved_to({one});
    BOOST_TEST(!target.resolved_to({one}));
    BOOST_TEST(target.resolved_to({two}));
}

BOOST_AUTO_TEST_CASE(a_session_keeps_the_addresses_that_it_asked_for) {
    plug::destination target({"db.example.org", 80, {}});
    target.resolved_to({one});
    const auto held = target.addresses();
    target.resolved_to({two});
    BOOST_TEST((*held == plug::destination::endpoints{one}));
}

BOOST_AUTO_TEST_SUITE_END()
