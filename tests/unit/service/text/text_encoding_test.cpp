// Files may be UTF-8 or, with a byte-order mark, UTF-16.
#include "service/text/encoding.hpp"
#include "service/text/text_file.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>
#include <string_view>

using namespace plug;
using namespace std::string_view_literals;

namespace {

std::string read(std::string_view bytes) {
    const auto text = utf8_of(std::string(bytes));
    BOOST_REQUIRE_MESSAGE(text, text.why);
    return *text.value;
}

} // namespace

BOOST_AUTO_TEST_SUITE(text_encoding)

BOOST_AUTO_TEST_CASE(text_without_a_mark_stays_as_it_is) {
    BOOST_TEST(read("") == "");
    BOOST_TEST(read("a\xc3\xa4\n") == "a\xc3\xa4\n");
    BOOST_TEST(read("\xff\n") == "\xff\n");
}

BOOST_AUTO_TEST_CASE(the_mark_of_utf_8_is_left_out) {
    BOOST_TEST(read("\xef\xbb\xbf[process]\n") == "[process]\n");
}

BOOST_AUTO_TEST_CASE(utf_16_of_either_order_becomes_utf_8) {
    const std::string expected = "a\xc3\xa4\xe4\xbe\xa6\xf0\x9f\x94\x8c\r\n";
    BOOST_TEST(read("\xff\xfe"
                    "a\0\xe4\0\xa6\x4f\x3d\xd8\x0c\xdd\r\0\n\0"sv) == expected);
    BOOST_TEST(read("\xfe\xff"
                    "\0a\0\xe4\x4f\xa6\xd8\x3d\xdd\x0c\0\r\0\n"sv) == expected);
    BOOST_TEST(read("\xff\xfe"sv) == "");
}

BOOST_AUTO_TEST_CASE(broken_utf_16_is_refused) {
    for (const auto broken : {"\xff\xfe"
                              "a"sv,
                              "\xff\xfe\x3d\xd8"sv,
                              "\xff\xfe\x3d\xd8"
                              "a\0"sv,
                              "\xfe\xff\xdd\x0c"sv}) {
        const auto text = utf8_of(std::string(broken));
        BOOST_TEST(!text);
        BOOST_TEST(text.why.find("save it as UTF-8") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(files_are_read_so) {
    const test::temporary_directory directory;
    std::ofstream(directory / "plug.toml", std::ios::binary) << "\xff\xfe#\0\n\0"sv;
    BOOST_TEST(text_of_file(directory / "plug.toml").value.value_or("") == "#\n");
}

BOOST_AUTO_TEST_SUITE_END()
