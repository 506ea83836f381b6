// The statuses that an HTTP check accepts: what is read, what is printed, what is refused and how.
#include "core/config/accepted_statuses.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;

namespace {

/// What is printed of the statuses that `text` is read as.
std::string read(const std::string& text) {
    const auto ranges = parse_statuses(text);
    return ranges ? to_text(*ranges) : "refused: " + ranges.why;
}

} // namespace

BOOST_AUTO_TEST_SUITE(accepted_statuses)

BOOST_AUTO_TEST_CASE(single_statuses_and_ranges_are_read) {
    BOOST_TEST(read("200") == "200");
    BOOST_TEST(read("200-399") == "200-399");
    BOOST_TEST(read("200-399,404") == "200-399,404");
    BOOST_TEST(read(" 200 - 299 , 599 ") == "200-299,599");
}

BOOST_AUTO_TEST_CASE(what_means_the_same_becomes_the_same) {
    BOOST_TEST(read("404,200-204") == "200-204,404");
    BOOST_TEST(read("200,201,202") == "200-202");
    BOOST_TEST(read("200-300,250-260") == "200-300");
    BOOST_TEST(read("300-301,200-299") == "200-301");
    BOOST_TEST((*parse_statuses("200-201") == *parse_statuses("201,200")));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_what_would_be_right) {
    const std::string lacks =
        " lacks a status; write statuses and ranges with commas between them, "
        "such as 200-399,404";
    BOOST_TEST(read("") == "refused: ''" + lacks);
    BOOST_TEST(read("200,") == "refused: '200,'" + lacks);
    BOOST_TEST(read("200,,404") == "refused: '200,,404'" + lacks);
    BOOST_TEST(read("2xx") == "refused: '2xx' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("199") == "refused: '199' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("600") == "refused: '600' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("200-") == "refused: '' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("200-300-400") == "refused: '300-400' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("65736") == "refused: '65736' is not an HTTP status from 200 to 599");
    BOOST_TEST(read("399-200") == "refused: '399-200' counts down; write 200-399");
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_are_accepted_and_what_is_beside_is_not) {
    const auto ranges = *parse_statuses("200-299,404");
    BOOST_TEST(accepts(ranges, 200));
    BOOST_TEST(accepts(ranges, 299));
    BOOST_TEST(accepts(ranges, 404));
    BOOST_TEST(!accepts(ranges, 199));
    BOOST_TEST(!accepts(ranges, 300));
    BOOST_TEST(!accepts(ranges, 405));
    BOOST_TEST(!accepts({}, 200));
}

BOOST_AUTO_TEST_SUITE_END()
