// What a terminal is shown of a text that others have a hand in.
#include "service/text/harmless.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using plug::harmless;
using plug::harmless_in_columns;
using plug::harmless_json;

BOOST_AUTO_TEST_SUITE(harmless_text)

BOOST_AUTO_TEST_CASE(letters_of_every_script_stay) {
    const std::string text = "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x94\x8c ~";
    BOOST_TEST(harmless(text) == text);
    BOOST_TEST(harmless_in_columns(text) == text);
    BOOST_TEST(harmless_json(text) == text);
}

BOOST_AUTO_TEST_CASE(control_characters_of_one_byte_and_of_two_are_written_out) {
    BOOST_TEST(harmless("\x1b]0;x\x07\x7f\r\n") == "\\x1b]0;x\\x07\\x7f\\x0d\\x0a");
    BOOST_TEST(harmless("\xc2\x9b"
                        "2J") == "\\xc2\\x9b2J"); // CSI as one character of C1
    BOOST_TEST(harmless_in_columns("a\tb\x1b[\xc2\x9b"
                                   "c") == "a b?[?c");
    BOOST_TEST(harmless(std::string_view("\0", 1)) == "\\x00");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_written_out_byte_by_byte) {
    BOOST_TEST(harmless("\x9b"
                        "2J") == "\\x9b2J");
    BOOST_TEST(harmless("\xc3") == "\\xc3");
    BOOST_TEST(harmless("\xc0\x9b") == "\\xc0\\x9b"); // longer than need be
    BOOST_TEST(harmless("\xe0\x82\x9b") == "\\xe0\\x82\\x9b");
    BOOST_TEST(harmless("\xed\xa0\x80") == "\\xed\\xa0\\x80"); // half a pair of UTF-16
    BOOST_TEST(harmless("\xf5\x80\x80\x80z") == "\\xf5\\x80\\x80\\x80z");
    BOOST_TEST(harmless_in_columns("\xffz") == "?z");
}

BOOST_AUTO_TEST_CASE(what_turns_the_direction_of_writing_is_written_out) {
    BOOST_TEST(harmless("a\xe2\x80\xae"
                        "b") == "a\\xe2\\x80\\xaeb");
    BOOST_TEST(harmless_json("\xe2\x81\xa6") == "\\u2066");
    BOOST_TEST(harmless("\xe2\x80\xa8") == "\\xe2\\x80\\xa8"); // line separator
}

BOOST_AUTO_TEST_SUITE_END()
