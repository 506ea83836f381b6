// Bytes as text and back.
#include "core/config/byte_escapes.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace plug;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(byte_escapes)

BOOST_AUTO_TEST_CASE(escapes_stand_for_bytes_and_the_rest_for_itself) {
    BOOST_TEST(*parse_escapes("") == "");
    BOOST_TEST(*parse_escapes("PING") == "PING");
    BOOST_TEST(*parse_escapes(R"(PING\r\n)") == "PING\r\n");
    BOOST_TEST(*parse_escapes(R"(a\x00b\xfF\t\\n)") == "a\0b\xff\t\\n"s);
    BOOST_TEST(*parse_escapes("raw\r\n\x80") == "raw\r\n\x80");
}

BOOST_AUTO_TEST_CASE(what_is_no_escape_is_told_with_what_there_is) {
    const auto why = [](const std::string& text) { return parse_escapes(text).why; };
    const std::string known =
        " is no escape; there are \\r \\n \\t \\xHH, and \\\\ for the backslash "
        "itself";
    BOOST_TEST(why(R"(ok\q)") == R"('\q')" + known);
    BOOST_TEST(why(R"(C:\)") == R"('\')" + known);
    const std::string digits = " lacks hexadecimal digits; \\x takes two, such as \\x0d";
    BOOST_TEST(why(R"(\x)") == R"('\x')" + digits);
    BOOST_TEST(why(R"(\x4)") == R"('\x4')" + digits);
    BOOST_TEST(why(R"(\x4gh)") == R"('\x4g')" + digits);
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_one_line_of_ascii_and_read_as_the_same_bytes) {
    BOOST_TEST(escaped("PING\r\n\t\\ \x7f\0\xff"s) == R"(PING\r\n\t\\ \x7f\x00\xff)");
    std::mt19937 random(5);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (auto length = random() % 40; length > 0; --length) {
            bytes += static_cast<char>(random() % 256);
        }
        const auto text = escaped(bytes);
        BOOST_REQUIRE(text.find_first_not_of(
                          " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                          "abcdefghijklmnopqrstuvwxyz{|}~") == std::string::npos);
        BOOST_REQUIRE(*parse_escapes(text) == bytes);
    }
}

BOOST_AUTO_TEST_CASE(an_excerpt_is_cut_between_escapes) {
    BOOST_TEST(excerpt("") == "''");
    BOOST_TEST(excerpt("a\r\n") == R"('a\r\n')");
    BOOST_TEST(excerpt("abcdef", 6) == "'abcdef'");
    BOOST_TEST(excerpt("abcdefg", 6) == "'abcdef'...");
    BOOST_TEST(excerpt("abc\xff", 6) == "'abc'...");
    BOOST_TEST(excerpt(std::string(10'000, 'x')).size() == 105U);
}

BOOST_AUTO_TEST_SUITE_END()
