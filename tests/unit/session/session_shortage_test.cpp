// Sessions when descriptors or local ports run out, over the scripted transport.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;

namespace errc = boost::system::errc;
const auto no_local_port = make_error_code(boost::system::errc::address_not_available);

} // namespace

BOOST_AUTO_TEST_SUITE(session_shortage)

BOOST_AUTO_TEST_CASE(a_shortage_waits_and_tries_the_same_target_again_without_marking_it) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [&](far_end& remote) {
        if (scripted.net.connects.size() <= 2) {
            remote.answer = no_descriptor;
        }
    };
    scripted.start();
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST(bool(scripted.counted.of_system().within(scripted.net.now, 1ms)));
    BOOST_TEST(scripted.net.relays.empty());
    scripted.net.advance(1s);
    BOOST_TEST(scripted.route() == "1 1 1");
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
}

BOOST_AUTO_TEST_CASE(a_shortage_that_lasts_ends_the_session_and_marks_nothing) {
    auto config = config_with(2);
    config.connect_timeout = 1s;
    scripted_plug scripted(std::move(config));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = no_descriptor; };
    scripted.start();
    scripted.net.advance(900ms);
    BOOST_TEST(scripted.records().empty());
    scripted.net.advance(200ms);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::no_target));
    BOOST_TEST((record.error == boost::system::errc::too_many_files_open));
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST(scripted.net.connects.size() <= 25U); // it waits in between
}

BOOST_AUTO_TEST_CASE(without_a_port_towards_one_target_another_one_is_taken_and_none_is_marked) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_local_port);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_port_towards_any_target_all_are_tried_again_later) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [&](far_end& remote) {
        if (scripted.net.connects.size() <= 2) {
            remote.answer = no_local_port;
        }
    };
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    // Other plugs may have ports, and this one's clients wait.
    BOOST_TEST(!scripted.counted.of_system().within(scripted.net.now, 1ms));
    BOOST_TEST(
        (scripted.plug->of_ports.within(scripted.net.now, 1ms) == errc::address_not_available));
    scripted.net.advance(1s);
    BOOST_TEST(scripted.net.connects.size() == 3U);
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
