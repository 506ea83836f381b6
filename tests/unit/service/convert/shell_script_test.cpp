// Commands of a shell script as words.
#include "service/convert/shell_script.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;

namespace {

/// Commands as `LINE:COLUMN word|word|`, problems as `LINE:COLUMN !what`, a line each.
std::string told(const std::string& text) {
    const auto script = read_shell_script(text);
    std::string all;
    const auto place = [](const file_position& at) {
        return std::to_string(at.line) + ":" + std::to_string(at.column) + " ";
    };
    for (const auto& command : script.commands) {
        all += place(command.places.front());
        for (const auto& word : command.words) {
            all += word + "|";
        }
        all += "\n";
    }
    for (const auto& one : script.problems) {
        all += place(one.at) + "!" + one.what.substr(0, one.what.find(' ')) + "\n";
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shell_script)

BOOST_AUTO_TEST_CASE(comments_and_blank_lines_are_no_commands) {
    BOOST_TEST(told("#!/bin/sh\n\n  # plug 1 2\r\n\t\nplug 25 10.0.0.9 # mail\n") ==
               "5:1 plug|25|10.0.0.9|\n");
    BOOST_TEST(told("plug 25 a#b") == "1:1 plug|25|a#b|\n");
    BOOST_TEST(told("") == "");
}

BOOST_AUTO_TEST_CASE(quotes_and_backslashes_are_those_of_a_shell) {
    BOOST_TEST(told("plug -P '/run/a b.pid' \"-S/x\\\"y\" it\\'s a'b'\"c\" ''\n") ==
               "1:1 plug|-P|/run/a b.pid|-S/x\"y|it's|abc||\n");
    BOOST_TEST(told("plug \"a\\d\" '$x`'\n") == "1:1 plug|a\\d|$x`|\n");
}

BOOST_AUTO_TEST_CASE(a_line_goes_on_behind_a_backslash) {
    BOOST_TEST(told("plug -l \\\n  25 \\\r\n 10.0.0\\\n.9\nplug 26 x\n") ==
               "1:1 plug|-l|25|10.0.0.9|\n5:1 plug|26|x|\n");
}

BOOST_AUTO_TEST_CASE(a_command_ends_with_its_line_at_a_semicolon_and_at_an_ampersand) {
    BOOST_TEST(told("plug 1 a & plug 2 b;\n plug 3 [::1]:80&\n") ==
               "1:1 plug|1|a|\n1:12 plug|2|b|\n2:2 plug|3|[::1]:80|\n");
}

BOOST_AUTO_TEST_CASE(what_a_shell_would_carry_out_is_a_problem_of_its_line_alone) {
    for (const std::string part : {"$PORT", "`x`", "(", ")", "{", "}", "|", "<", ">", "*", "?"}) {
        BOOST_TEST(told("plug 1 a\nplug " + part + " b\nplug 3 c\n") ==
                   "1:1 plug|1|a|\n3:1 plug|3|c|\n2:6 !" + part.substr(0, 1) + "\n");
    }
    BOOST_TEST(told("plug \"a$x\"\n") == "1:8 !$\n");
    BOOST_TEST(told("plug -P ~/x\n") == "1:9 !~\n");
    BOOST_TEST(told("test -x plug && plug 1 a\n") == "1:14 !&&\n");
    BOOST_TEST(told("case x in a) ;; esac\n") == "1:12 !)\n");
    BOOST_TEST(told("; plug 1 a\n") == "1:1 !;\n");
}

BOOST_AUTO_TEST_CASE(a_quotation_without_an_end_is_told_where_it_begins) {
    BOOST_TEST(told("plug 'a\nplug 2 b\n") == "1:6 !a\n");
    BOOST_TEST(told("plug \"a\\") == "1:6 !a\n");
    BOOST_TEST(told("plug a\\") == "1:1 plug|a|\n");
}

BOOST_AUTO_TEST_SUITE_END()
