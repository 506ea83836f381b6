// The lines of the demo, from events made by hand.
#include "service/showcase/screen.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace {

const plug::demo_names names{{"127.0.0.1:4001", "one"}, {"127.0.0.1:4002", "two"}};

std::shared_ptr<const std::string> target(const char* address) {
    return std::make_shared<const std::string>(address);
}

plug::session_record record() {
    plug::session_record made;
    made.client = {boost::asio::ip::make_address("127.0.0.1"), 5000};
    made.target = target("127.0.0.1:4002");
    made.from_client = 78;
    made.from_target = 99;
    made.duration = std::chrono::microseconds(1240);
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(demo_screen)

BOOST_AUTO_TEST_CASE(a_session_is_one_line_that_names_client_target_bytes_time_and_end) {
    BOOST_TEST(plug::demo_line(plug::session_ended{record()}, names) ==
               "session  127.0.0.1:5000 -> two, 78 bytes in, 99 out, 1.2 ms, completed");
}

BOOST_AUTO_TEST_CASE(a_session_that_needed_several_targets_says_so) {
    auto tried = record();
    tried.failed_attempts = 1;
    tried.end = plug::session_end::target_failed;
    BOOST_TEST(
        plug::demo_line(plug::session_ended{tried}, names) ==
        "session  127.0.0.1:5000 -> two, 78 bytes in, 99 out, 1.2 ms, the target broke it off"
        " (targets that failed first: 1)");
}

BOOST_AUTO_TEST_CASE(a_session_without_any_target_can_be_shown) {
    auto lost = record();
    lost.target = nullptr;
    lost.end = plug::session_end::no_target;
    const auto line = plug::demo_line(plug::session_ended{lost}, names);
    BOOST_TEST(line.find("-> no target,") != std::string::npos);
    BOOST_TEST(line.find("no target could be reached") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_target_that_goes_and_comes_back_is_shown_by_name) {
    plug::target_down down{nullptr, target("127.0.0.1:4001"), "connect to", "Connection refused"};
    BOOST_TEST(plug::demo_line(std::move(down), names) ==
               "target   one is down: Connection refused");
    BOOST_TEST(plug::demo_line(plug::target_up{nullptr, target("127.0.0.1:4001")}, names) ==
               "target   one is back");
}

BOOST_AUTO_TEST_CASE(a_target_that_the_demo_does_not_know_is_shown_by_address) {
    BOOST_TEST(plug::demo_line(plug::target_up{nullptr, target("10.0.0.1:80")}, names) ==
               "target   10.0.0.1:80 is back");
}

BOOST_AUTO_TEST_CASE(an_event_that_is_not_shown_gives_no_line) {
    BOOST_TEST(plug::demo_line(plug::draining{3}, names).empty());
}

BOOST_AUTO_TEST_SUITE_END()
