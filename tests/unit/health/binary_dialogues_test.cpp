// The dialogues in packets: TLS, MySQL and PostgreSQL.
#include "tests/unit/health/talking.hpp"

#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::string_literals;

namespace {

constexpr auto tls = check_kind::tls;
constexpr auto mysql = check_kind::mysql;
constexpr auto postgresql = check_kind::postgresql;

std::string big_endian(std::size_t value, unsigned bytes) {
    std::string made(bytes, '\0');
    for (; bytes > 0; --bytes, value /= 256) {
        made[bytes - 1] = static_cast<char>(value % 256);
    }
    return made;
}

plug::check_config with_user(check_kind kind, const std::string& user) {
    auto check = check_of(kind);
    check.user = user;
    return check;
}

std::string hello_to(const std::string& target) {
    return talk(check_of(tls), "", false, 1, target).sent;
}

/// Whether `hello` is one record that holds one ClientHello, all its lengths being right.
bool is_client_hello(const std::string& hello) {
    const auto length = [&](std::size_t at, unsigned bytes) {
        std::size_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) {
            value = value * 256 + static_cast<unsigned char>(hello.at(at + i));
        }
        return value;
    };
    std::size_t at = 9 + 2 + 32;             // record, handshake, version, random
    at += 1 + length(at, 1);                 // session
    at += 2 + length(at, 2);                 // ciphers
    at += 1 + length(at, 1);                 // compressions
    const auto end = at + 2 + length(at, 2); // extensions
    for (at += 2; at < end; at += 4 + length(at + 2, 2)) {
    }
    return hello.starts_with("\x16\x03\x01") && hello[5] == 1 && at == end && end == hello.size() &&
           length(3, 2) == hello.size() - 5 && length(6, 3) == hello.size() - 9;
}

std::string mysql_packet(unsigned sequence, const std::string& content) {
    auto length = big_endian(content.size(), 3);
    std::ranges::reverse(length);
    return length + static_cast<char>(sequence) + content;
}

/// As MariaDB 10.11 sends it.
const std::string greeting =
    mysql_packet(0, "\x0a"
                    "10.11.19-MariaDB\0"s +
                        "\1\0\0\0"
                        "12345678\0"s +
                        "\xfe\xf7\x08\x02\0\xff\x81\x15"s + std::string(6, '\0') + "\x1d\0\0\0"s +
                        "123456789012\0mysql_native_password\0"s);

const std::string accepted = mysql_packet(2, "\0\0\0\2\0\0\0"s);

std::string mysql_error(unsigned sequence, unsigned code, const std::string& text) {
    return mysql_packet(sequence, "\xff"s + static_cast<char>(code % 256) +
                                      static_cast<char>(code / 256) + text);
}

std::string message(char type, const std::string& content) {
    return type + big_endian(content.size() + 4, 4) + content;
}

const std::string admitted = message('R', "\0\0\0\0"s);

} // namespace

BOOST_AUTO_TEST_SUITE(binary_dialogues)

BOOST_AUTO_TEST_CASE(the_hello_is_well_formed_with_a_name_and_without) {
    BOOST_TEST(is_client_hello(hello_to("www.example.com:443")));
    BOOST_TEST(is_client_hello(hello_to("10.0.0.1:443")));
}

BOOST_AUTO_TEST_CASE(the_hello_names_the_target_where_it_has_a_name) {
    const auto name = "\0\0\0\x14\0\x12\0\0\x0fwww.example.com"s;
    BOOST_TEST(hello_to("www.example.com:443").find(name) != std::string::npos);
    BOOST_TEST(hello_to("www.example.com.:443").find(name) != std::string::npos);
    BOOST_TEST(hello_to("10.0.0.1:443").find("10.0.0.1") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_hello_passes_and_is_answered_with_alerts) {
    const auto done = talk(check_of(tls), "\x16\x03\x03\0\x45\x02\0\0\x41"s);
    BOOST_TEST(verdict(done) == "passed: answered with a ServerHello");
    BOOST_TEST(done.sent.ends_with("\x15\x03\x03\0\2\1\x5a\x15\x03\x03\0\2\1\0"s));
    BOOST_TEST((done.leave == step::leaving::when_closed));
}

BOOST_AUTO_TEST_CASE(an_alert_passes_too) {
    BOOST_TEST(verdict_of(tls, "\x15\x03\x03\0\2\2\x28"s) ==
               "passed: speaks TLS: answered with alert 40");
    BOOST_TEST(verdict_of(tls, "\x15\x03\x03\0\2\2"s) == "reading");
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_fails) {
    BOOST_TEST(verdict_of(tls, "HTTP/1.1 400 Bad Request\r\n") ==
               "failed: answered with 'HTTP/1', which is no TLS");
    for (const auto& record :
         {"\x16\x02\x03\0\x45\x02"s, "\x16\x03\x03\0\x45\x01"s, "\x16\x03\x03\0\0\x02"s,
          "\x16\x03\x03\x40\x01\x02"s, "\x17\x03\x03\0\x45\x02"s, "\x15\x03\x03\0\3\2\x28"s}) {
        BOOST_TEST(verdict_of(tls, record).ends_with("which is no TLS"), verdict_of(tls, record));
    }
}

BOOST_AUTO_TEST_CASE(mysql_is_logged_in_to_without_a_password) {
    const auto waiting = talk(check_of(mysql), greeting);
    BOOST_TEST(verdict(waiting) == "reading");
    const auto login = "\1\x82\x08\0\0\0\0\1\x21"s + std::string(23, '\0') +
                       "plug_check\0\0mysql_native_password\0"s;
    BOOST_TEST(waiting.sent == mysql_packet(1, login));
}

BOOST_AUTO_TEST_CASE(a_greeting_that_names_no_plugin_is_answered_without_one) {
    const auto old = mysql_packet(0, "\x0a"
                                     "5.1.0\0"s +
                                         "\1\0\0\0"
                                         "12345678\0\xff\xf7"s);
    const auto login = "\1\x82\0\0\0\0\0\1\x21"s + std::string(23, '\0') + "plug_check\0\0"s;
    BOOST_TEST(talk(check_of(mysql), old).sent == mysql_packet(1, login));
}

BOOST_AUTO_TEST_CASE(mysql_that_denies_the_login_of_nobody_passes) {
    BOOST_TEST(verdict_of(mysql, greeting + mysql_error(2, 1045, "#28000Access denied")) ==
               "passed: greeted as version '10.11.19-MariaDB'");
    BOOST_TEST(verdict_of(mysql, greeting + mysql_error(2, 3159, "no TLS")) ==
               "passed: greeted as version '10.11.19-MariaDB'");
}

BOOST_AUTO_TEST_CASE(mysql_that_takes_no_connection_fails) {
    BOOST_TEST(verdict_of(mysql, mysql_error(0, 1040, "#08004Too many connections")) ==
               "failed: answered with error 1040: 'Too many connections'");
    BOOST_TEST(verdict_of(mysql, mysql_error(0, 1130, "Host '10.0.0.9' is not allowed")) ==
               "failed: answered with error 1130: 'Host '10.0.0.9' is not allowed'");
    BOOST_TEST(verdict_of(mysql, greeting + mysql_error(2, 1053, "#08S01Shutdown")) ==
               "failed: answered with error 1053: 'Shutdown'");
}

BOOST_AUTO_TEST_CASE(a_user_of_mysql_must_be_admitted) {
    const auto check = with_user(mysql, "probe");
    const auto done = talk(check, greeting + accepted);
    BOOST_TEST(verdict(done) == "passed: greeted as version '10.11.19-MariaDB'");
    BOOST_TEST(done.sent.find("probe\0\0"s) != std::string::npos);
    BOOST_TEST(done.sent.ends_with("\1\0\0\0\1"s)); // COM_QUIT
    BOOST_TEST(verdict(talk(check, greeting + mysql_error(2, 1045, "#28000Access denied"))) ==
               "failed: answered with error 1045: 'Access denied'");
    BOOST_TEST(verdict(talk(check, greeting + mysql_packet(2, "\1more"))) ==
               "failed: greeted as version '10.11.19-MariaDB', but wants a password of user "
               "'probe'");
}

BOOST_AUTO_TEST_CASE(another_way_to_log_in_is_answered_with_no_password_once) {
    const auto change = mysql_packet(2, "\xfe"
                                        "caching_sha2_password\0"
                                        "12345678901234567890\0"s);
    const auto waiting = talk(check_of(mysql), greeting + change);
    BOOST_TEST(verdict(waiting) == "reading");
    BOOST_TEST(waiting.sent.ends_with("\0\0\0\3"s));
    BOOST_TEST(verdict(talk(with_user(mysql, "probe"), greeting + change + change)) ==
               "failed: greeted as version '10.11.19-MariaDB', but wants a password of user "
               "'probe'");
}

BOOST_AUTO_TEST_CASE(what_is_no_mysql_fails) {
    BOOST_TEST(verdict_of(mysql, "SSH-2.0-x\r\n") == "failed: said 'SSH-2', which is no MySQL");
    for (const auto& start : {"\0\0\0\0\x0a"s, "\5\0\0\1\x0a"s, "\5\0\0\0\x09"s}) {
        BOOST_TEST(verdict_of(mysql, start).ends_with("which is no MySQL"));
    }
    BOOST_TEST(verdict_of(mysql, greeting, true) ==
               "failed: closed before the answer to the login");
}

BOOST_AUTO_TEST_CASE(postgresql_is_asked_about_gssapi_and_left_without_a_word) {
    BOOST_TEST(talk(check_of(postgresql), "").sent == "\0\0\0\x08\x04\xd2\x16\x30"s);
    for (const std::string answer : {"N", "G"}) {
        const auto done = talk(check_of(postgresql), answer);
        BOOST_TEST(verdict(done) == "passed: answered whether it encrypts by GSSAPI");
        BOOST_TEST(done.sent.size() == 8U);
    }
    BOOST_TEST(verdict_of(postgresql, "EFATAL:  unsupported frontend protocol\n\0"s) ==
               "passed: speaks PostgreSQL: answered with an error");
    BOOST_TEST(verdict_of(postgresql, "220 mail.example\r\n") ==
               "failed: answered with '2', which is no PostgreSQL");
}

BOOST_AUTO_TEST_CASE(a_user_of_postgresql_who_is_asked_for_a_password_passes_and_says_nothing) {
    const auto check = with_user(postgresql, "probe");
    const auto startup = "\0\0\0\x26\0\3\0\0user\0probe\0database\0postgres\0\0"s;
    const auto done = talk(check, message('R', "\0\0\0\x0aSCRAM-SHA-256\0\0"s));
    BOOST_TEST(verdict(done) == "passed: asked user 'probe' for a password");
    BOOST_TEST(done.sent == startup);
}

BOOST_AUTO_TEST_CASE(a_user_of_postgresql_who_is_admitted_waits_and_takes_leave) {
    const auto check = with_user(postgresql, "probe");
    const auto parameter = message('S', "server_version\0"
                                        "15.14\0"s);
    const auto waiting = talk(check, admitted + parameter);
    BOOST_TEST(verdict(waiting) == "reading");
    const auto done = talk(check, admitted + parameter + message('Z', "I"));
    BOOST_TEST(verdict(done) == "passed: is ready for user 'probe'");
    BOOST_TEST(done.sent == waiting.sent + "X\0\0\0\4"s);
    BOOST_TEST(verdict(talk(check, admitted, true)) ==
               "failed: closed before readiness for a query");
}

BOOST_AUTO_TEST_CASE(an_error_of_postgresql_is_told_and_fails) {
    const auto check = with_user(postgresql, "probe");
    const auto error = message('E', "SFATAL\0C57P03\0Mthe database system is starting up\0\0"s);
    const auto expected =
        "failed: answered with error '57P03': 'the database system is starting up'"s;
    BOOST_TEST(verdict(talk(check, error)) == expected);
    BOOST_TEST(verdict(talk(check, admitted + error)) == expected);
    BOOST_TEST(verdict(talk(check, message('E', ""))) == "failed: answered with error '': ''");
}

BOOST_AUTO_TEST_CASE(lengths_that_cannot_be_fail_at_once) {
    const auto check = with_user(postgresql, "probe");
    for (const auto& start : {"R\0\0\0\3"s, "R\xff\xff\xff\xff"s, "HTTP/1.1"s}) {
        BOOST_TEST(verdict(talk(check, start)).ends_with("which is no PostgreSQL"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
