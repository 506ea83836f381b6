#include "core/plug/shortage.hpp"

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(shortage)

BOOST_AUTO_TEST_CASE(it_is_known_for_a_while_and_then_forgotten) {
    const plug::shortage::time_point start{1h};
    using boost::system::errc::too_many_files_open;
    plug::shortage noted;
    BOOST_TEST(!noted.within(start, 100ms));
    noted.note(make_error_code(too_many_files_open), start);
    BOOST_TEST((noted.within(start, 100ms) == too_many_files_open));
    BOOST_TEST(bool(noted.within(start + 99ms, 100ms)));
    BOOST_TEST(!noted.within(start + 100ms, 100ms));
    noted.note(make_error_code(too_many_files_open), start + 1s);
    BOOST_TEST(bool(noted.within(start + 1s, 100ms)));
}

BOOST_AUTO_TEST_CASE(errors_of_the_system_and_of_the_standard_are_kept_as_they_are) {
    const plug::shortage::time_point now{1h};
    plug::shortage noted;
    for (const boost::system::error_code lacking :
         {make_error_code(boost::system::errc::not_enough_memory),
          boost::system::error_code(12, boost::system::system_category())}) {
        noted.note(lacking, now);
        BOOST_TEST(noted.within(now, 1ms) == lacking);
    }
}

BOOST_AUTO_TEST_SUITE_END()
