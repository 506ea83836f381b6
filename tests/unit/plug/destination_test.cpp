// A target by address or by name.
#include "core/plug/destination.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using boost::asio::ip::make_address;

const plug::destination::endpoint one{make_address("192.0.2.1"), 80};
const plug::destination::endpoint two{make_address("192.0.2.2"), 80};
const plug::destination::endpoint three{make_address("192.0.2.3"), 80};

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

BOOST_AUTO_TEST_CASE(the_address_that_answered_last_comes_first_until_the_name_leads_elsewhere) {
    plug::destination target({"db.example.org", 80, {}});
    target.resolved_to({one, two, three});
    target.answered(two);
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{two, one, three}));
    BOOST_TEST(!target.resolved_to({three, one, two})); // as DNS turns its answers
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{two, three, one}));
    target.resolved_to({one, three});
    target.resolved_to({one, two});
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{one, two}));
    target.answered(three); // of a session that began before
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{one, two}));
}

BOOST_AUTO_TEST_CASE(addresses_that_a_guard_refuses_are_forgotten_and_the_reason_is_kept) {
    plug::destination target({"db.example.org", 80, {}});
    target.resolved_to({one, two});
    target.guard_with(
        [](const auto& found) { return std::string(found == one ? "it is one" : ""); });
    BOOST_TEST((*target.addresses() == plug::destination::endpoints{two}));
    BOOST_TEST(target.fault_of(one) == "it is one");
    BOOST_TEST(target.fault_of(two) == "");
    target.guard_with([](const auto&) { return std::string("none will do"); });
    BOOST_TEST(target.addresses()->empty());
    BOOST_TEST(target.why_unresolved().why == "none will do");
}

BOOST_AUTO_TEST_CASE(an_answer_of_an_address_that_a_guard_has_refused_meanwhile_changes_nothing) {
    plug::destination target({"db.example.org", 80, {}});
    target.resolved_to({one});
    target.answered(one);
    target.guard_with([](const auto&) { return std::string("none will do"); });
    target.answered(one); // of a session that began before
    BOOST_TEST(target.addresses()->empty());
}

BOOST_AUTO_TEST_CASE(why_a_name_has_no_address_is_known) {
    plug::destination target({"db.example.org", 80, {}});
    BOOST_TEST(target.why_unresolved().why == "the name is not resolved yet");
    target.not_resolved({boost::asio::error::host_not_found, "no such name"});
    BOOST_TEST(target.why_unresolved().why == "no such name");
    BOOST_TEST((target.why_unresolved().error == boost::asio::error::host_not_found));
}

BOOST_AUTO_TEST_CASE(a_listening_address_is_kept_out_in_all_its_forms) {
    plug::listen_address everywhere;
    everywhere.port = 80;
    plug::listen_address loopback{make_address("127.0.0.1"), 81};
    const auto fault = plug::guard_against_loops({everywhere, loopback});
    BOOST_TEST(fault({make_address("127.0.0.1"), 80}) == "leads to this plug itself");
    BOOST_TEST(fault({make_address("::ffff:127.0.0.1"), 80}) == "leads to this plug itself");
    BOOST_TEST(fault({make_address("::1"), 80}) == "leads to this plug itself");
    BOOST_TEST(fault({make_address("::ffff:127.0.0.1"), 81}) == "leads to this plug itself");
    BOOST_TEST(fault({make_address("127.0.0.2"), 81}) == "");
    BOOST_TEST(fault({make_address("192.0.2.1"), 80}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
