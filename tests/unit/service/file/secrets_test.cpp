// Secrets in what plug prints: mistakes in files, changes, messages.
#include "service/file/changes.hpp"
#include "service/file/report.hpp"
#include "service/file/secrets.hpp"

#include "tests/unit/service/file/file_support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace plug::test;

namespace {

/// How a mistake at that place of `text` is shown.
std::string mistake(const std::string& text, std::uint32_t line, std::uint32_t column) {
    return plug::report_of("f", text, {{{line, column}, "wrong"}});
}

std::string with_plug(const std::string& keys) {
    return "[plug.a]\nlisten = \":1\"\ntargets = \"10.0.0.1\"\n" + keys;
}

} // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_AUTO_TEST_CASE(no_line_that_is_shown_beside_a_mistake_has_a_secret) {
    const std::vector<std::string> lines{
        "via = \"user:se#cret@proxy:3128\"",
        "via = 'user:secret\"x@proxy' polizy = 1",
        "via = user:secret@proxy",
        "via = user:the secret@proxy # comment",
        "via = \"user:secret@proxy",
        "via = \"user:secret",
        "via = \"secret@proxy\"",
        "via = \"http://user:secret@proxy:80\"",
        "via = [\"user:secret@proxy\"]",
        "via=\"user:sec:r@e:secret@[::1]:80\"",
        "plug.web.via = \"user:secret@proxy\"",
        "\"via\" = \"user:secret@proxy\"",
        "vai = \"user:secret@proxy\"",
        "vai = \"secret@proxy\"",
        "proxy = \"user:secret@proxy\"",
        "listen = \":1\" # was via = \"user:secret@proxy\"",
        "user:secret@proxy",
        "via = \"\"\"user:secret@proxy\"\"\"",
        "check = { kind = \"send-expect\", send = \"AUTH secret\\r\\n\", expect = \"+OK\" }",
        "check = { send = 'AUTH secret', send = \"secret\" }",
        "check = { kind = \"send-expect\", send = AUTH secret }",
        "check_send = \"secret\\\"secret\"",
        "check.send = \"secret",
        "chek_send = \"secret\"",
        "sned = \"AUTH secret\"",
    };
    for (const auto& line : lines) {
        for (const auto& text : {line + "\n", "a = '''\n" + line + "\n", "[x\ny = \"\n" + line,
                                 "s = \"\"\"\n" + line}) {
            for (std::uint32_t number = 1; number <= 3; ++number) {
                for (const std::uint32_t column : {1U, 12U, 30U}) {
                    const auto told = mistake(text, number, column);
                    BOOST_TEST(told.find("secret") == std::string::npos, told);
                }
            }
        }
        BOOST_TEST(mistake(line, 1, 1).find("***") != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_CASE(a_text_of_several_lines_is_no_way_out) {
    const std::string text = "[plug.a.check]\nsend = \"\"\"\nAUTH\nsecret\n\"\"\"\nvia = \"\"\"\\\n"
                             "   user:secret@proxy\"\"\"\nretry = \"1s\"\n";
    for (std::uint32_t line = 1; line <= 8; ++line) {
        BOOST_TEST(mistake(text, line, 1).find("secret") == std::string::npos);
    }
    BOOST_TEST(mistake(text, 4, 1) == "f:4:1: wrong\n  4 | ***\n    | ^\n");
    BOOST_TEST(mistake(text, 8, 1) == "f:8:1: wrong\n  8 | retry = \"1s\"\n    | ^\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_secret_is_shown) {
    for (const std::string line :
         {"via = \"proxy:3128\"", "listen = [\"127.0.0.1:80\", \"[::1]:80\"]", "polizy = \"first\"",
          "check = { kind = \"http\", path = \"/a\", host = \"b\" }", "# mail bob@example.org",
          "session_log = \"/var/log/plug@home/sessions\""}) {
        BOOST_TEST(mistake(line, 1, 1) == "f:1:1: wrong\n  1 | " + line + "\n    | ^\n");
    }
}

BOOST_AUTO_TEST_CASE(the_caret_stays_under_what_it_was_under) {
    const std::string line = "via = \"us\xc3\xa9r:s\xc3\xa9"
                             "cret@proxy\" polizy = 1";
    const auto shown_at = [&](std::uint32_t column, std::size_t shown_column) {
        const auto place = "f:1:" + std::to_string(column) + ": wrong\n";
        BOOST_TEST(mistake(line, 1, column) ==
                   place + "  1 | via = \"us\xc3\xa9r:***@proxy\" polizy = 1\n    | " +
                       std::string(shown_column - 1, ' ') + "^\n");
    };
    shown_at(7, 7);
    shown_at(13, 13);
    shown_at(15, 13); // within the secret: where it begins
    shown_at(19, 16); // the @
    shown_at(27, 24);
}

BOOST_AUTO_TEST_CASE(controls_of_c1_do_not_reach_the_terminal_either) {
    const auto told = mistake("a = 1 # \xc2\x9b"
                              "31m \x9b",
                              1, 1);
    BOOST_TEST(told == "f:1:1: wrong\n  1 | a = 1 # ?31m ?\n    | ^\n");
}

BOOST_AUTO_TEST_CASE(a_message_does_not_repeat_a_password) {
    BOOST_TEST(plug::without_credentials("a user:se:cr@et@host is b") == "a user:***@host is b");
    BOOST_TEST(plug::without_credentials("takes user:password@host, 10.0.0.1:80 and a@b") ==
               "takes user:password@host, 10.0.0.1:80 and a@b");
    BOOST_TEST(plug::without_credentials("") == "");
}

BOOST_AUTO_TEST_CASE(changes_name_secrets_and_do_not_show_them) {
    const auto check = [](const std::string& send) {
        return "check = { kind = \"send-expect\", send = \"" + send + "\", expect = \"b\" }\n";
    };
    const auto before = good(with_plug("via = \"u:secret@10.0.0.9\"\n" + check("secret")));
    const auto other = good(with_plug("via = \"u:other@10.0.0.9\"\n" + check("other")));
    const auto changes = plug::changes_between(before, other);
    BOOST_REQUIRE(changes.size() == 2U);
    BOOST_TEST(changes[0] == "[plug.a] check sends something else");
    BOOST_TEST(changes[1] == "[plug.a] via has another password");
    for (const auto& one : plug::changes_between(before, good(with_plug("")))) {
        BOOST_TEST(one.find("secret") == std::string::npos, one);
    }
    BOOST_TEST(plug::changes_between(before, before).empty());
}

BOOST_AUTO_TEST_SUITE_END()
