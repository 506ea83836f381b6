#include "service/text/units.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace plug;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(durations_are_whole_numbers_with_a_unit) {
    const std::vector<std::pair<std::string, std::chrono::microseconds>> good{
        {"20us", 20us}, {"1500ms", 1500ms}, {"10s", 10s}, {"2m", 2min}, {"2min", 2min},
        {"1h", 1h},     {"3650d", 87600h},  {"0s", 0s},   {"007s", 7s}};
    for (const auto& [text, expected] : good) {
        const auto read = parse_duration(text, "s", 1us);
        BOOST_REQUIRE_MESSAGE(read, text << ": " << read.why);
        BOOST_TEST((*read == expected), text);
    }
}

BOOST_AUTO_TEST_CASE(a_number_without_a_unit_is_refused_with_the_likely_one) {
    BOOST_TEST(parse_duration("10", "s", 1ms).why ==
               "'10' has no unit; write 10s (the units are us, ms, s, min, h or d)");
    BOOST_TEST(parse_duration("20", "us", 1us).why.find("write 20us") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused) {
    for (const std::string text :
         {"", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1sec", "1S", "1h30m", "3651d",
          "99999999999999999999s", "9223372036854775807d"}) {
        const auto read = parse_duration(text, "s", 1us);
        BOOST_TEST(!read, text << " was taken");
        BOOST_TEST(!read.why.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_duration_that_is_finer_than_of_use_is_refused) {
    BOOST_TEST(parse_duration("5us", "s", 1ms).why == "'5us' is too fine; write a multiple of 1ms");
    BOOST_TEST((*parse_duration("5000us", "s", 1ms) == 5ms));
}

BOOST_AUTO_TEST_CASE(plain_seconds_are_positive_and_at_most_ten_years) {
    BOOST_TEST((*parse_plain_seconds("1") == 1s));
    BOOST_TEST((*parse_plain_seconds("315360000") == 87600h));
    for (const std::string text :
         {"0", "-1", "1s", "", "x", "1.5", "315360001", "18446744073709551616"}) {
        BOOST_TEST(!parse_plain_seconds(text), text << " was taken");
    }
}

BOOST_AUTO_TEST_CASE(a_count_is_a_whole_number_in_its_range) {
    BOOST_TEST(*parse_count("1", 1, 256) == 1U);
    BOOST_TEST(*parse_count("256", 1, 256) == 256U);
    for (const std::string text : {"0", "257", "-1", "", "1k", "18446744073709551617"}) {
        BOOST_TEST(parse_count(text, 1, 256).why ==
                   "'" + text + "' is not a whole number from 1 to 256");
    }
}

BOOST_AUTO_TEST_CASE(a_part_is_a_whole_percentage) {
    for (const std::string text : {"0%", "10%", "29%", "100%"}) {
        BOOST_REQUIRE(parse_part(text));
        BOOST_TEST(part_text(*parse_part(text)) == text);
    }
    BOOST_TEST(*parse_part("25%") == 0.25);
    BOOST_TEST(parse_part("10").why == "'10' has no unit; write 10%");
    for (const std::string text : {"101%", "-1%", "", "%", "1.5%", "ten%", "0.1"}) {
        BOOST_TEST(!parse_part(text), text << " was taken");
    }
}

BOOST_AUTO_TEST_CASE(a_duration_is_printed_so_that_it_reads_back) {
    const std::vector<std::pair<std::chrono::microseconds, std::string>> texts{
        {0us, "0s"},  {20us, "20us"}, {1500us, "1500us"}, {10ms, "10ms"}, {10s, "10s"},
        {90s, "90s"}, {60s, "1min"},  {3600s, "1h"},      {36h, "36h"},   {48h, "2d"}};
    for (const auto& [duration, text] : texts) {
        BOOST_TEST(duration_text(duration) == text);
        BOOST_TEST((*parse_duration(text, "s", 1us) == duration), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
