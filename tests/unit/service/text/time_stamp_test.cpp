#include "service/text/time_stamp.hpp"
#include "tests/support/process/environment.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace std::chrono;
using plug::test::time_zone;

// 2024-02-29 23:59:58 UTC
const auto leap_day = system_clock::from_time_t(1709251198);

std::string stamp(system_clock::time_point when) {
    plug::time_stamp time;
    std::string text;
    time.append_to(text, when);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(time_stamp)

BOOST_AUTO_TEST_CASE(a_moment_has_microseconds_and_its_distance_from_utc) {
    const time_zone utc("UTC0");
    BOOST_TEST(stamp(leap_day) == "2024-02-29T23:59:58.000000+00:00");
    BOOST_TEST(stamp(leap_day + microseconds(120'034)) == "2024-02-29T23:59:58.120034+00:00");
}

BOOST_AUTO_TEST_CASE(zones_east_and_west_have_their_sign_and_their_minutes) {
    {
        const time_zone east("XXX-5:45");
        BOOST_TEST(stamp(leap_day) == "2024-03-01T05:44:58.000000+05:45");
    }
    const time_zone west("XXX+3:30");
    BOOST_TEST(stamp(leap_day) == "2024-02-29T20:29:58.000000-03:30");
}

BOOST_AUTO_TEST_CASE(each_moment_has_its_own_second_whatever_came_before) {
    const time_zone utc("UTC0");
    plug::time_stamp time;
    std::string text;
    for (const auto step : {0s, 1s, 2s, 1s}) {
        time.append_to(text, leap_day + step);
        text += '\n';
    }
    BOOST_TEST(text == "2024-02-29T23:59:58.000000+00:00\n2024-02-29T23:59:59.000000+00:00\n"
                       "2024-03-01T00:00:00.000000+00:00\n2024-02-29T23:59:59.000000+00:00\n");
}

BOOST_AUTO_TEST_SUITE_END()
