// The dialogues in lines: HTTP, SMTP, SSH, Redis, and bytes that the operator chose.
#include "tests/unit/health/talking.hpp"

#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::string_literals;

namespace {

constexpr auto http = check_kind::http;
constexpr auto smtp = check_kind::smtp;
constexpr auto ssh = check_kind::ssh;
constexpr auto redis = check_kind::redis;

/// The Host field of a check of `target`.
std::string host_field(const std::string& target) {
    const auto sent = talk(check_of(http), "", false, 1, target).sent;
    const auto from = sent.find("Host: ") + 6;
    return sent.substr(from, sent.find("\r\n", from) - from);
}

} // namespace

BOOST_AUTO_TEST_SUITE(text_dialogues)

BOOST_AUTO_TEST_CASE(an_http_check_sends_one_request_and_asks_for_the_end) {
    auto check = check_of(http);
    check.http.method = "HEAD";
    check.http.path = "/health?full=1";
    check.http.host = "www.example.com";
    BOOST_TEST(talk(check, "").sent == "HEAD /health?full=1 HTTP/1.1\r\n"
                                       "Host: www.example.com\r\n"
                                       "User-Agent: plug/3.0\r\n"
                                       "Accept: */*\r\n"
                                       "Connection: close\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_host_is_the_target_where_none_is_given) {
    BOOST_TEST(host_field("web.example:80") == "web.example");
    BOOST_TEST(host_field("web.example.:8080") == "web.example:8080");
    BOOST_TEST(host_field("10.0.0.1:80") == "10.0.0.1");
    BOOST_TEST(host_field("[2001:db8::1]:80") == "[2001:db8::1]");
    BOOST_TEST(host_field("[2001:db8::1]:81") == "[2001:db8::1]:81");
}

BOOST_AUTO_TEST_CASE(an_http_status_is_judged_when_the_header_is_complete) {
    BOOST_TEST(verdict_of(http, "HTTP/1.1 200 OK\r\n") == "reading");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 200 OK\r\nServer: x\r\n") == "reading");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n") ==
               "passed: answered with 'HTTP/1.1 200 OK'");
    BOOST_TEST(verdict_of(http, "HTTP/1.0 399\n\n") == "passed: answered with 'HTTP/1.0 399'");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 400 Bad Request\r\n\r\n") ==
               "failed: answered with 'HTTP/1.1 400 Bad Request', accepted is 200-399");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 200 OK\r\nSer", true) ==
               "failed: closed before the end of the header, after 'Ser'");
}

BOOST_AUTO_TEST_CASE(the_accepted_statuses_can_be_chosen) {
    auto check = check_of(http);
    check.http.accepted = *parse_statuses("404,500-503");
    const auto status = [&](const std::string& code) {
        return talk(check, "HTTP/1.1 " + code + "\r\n\r\n").now;
    };
    BOOST_TEST((status("404") == step::state::passed));
    BOOST_TEST((status("503") == step::state::passed));
    BOOST_TEST((status("200") == step::state::failed));
}

BOOST_AUTO_TEST_CASE(interim_answers_are_skipped_but_a_change_of_protocol_is_none) {
    BOOST_TEST(verdict_of(http, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n") == "reading");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 None\r\n\r\n") ==
               "passed: answered with 'HTTP/1.1 204 None'");
    BOOST_TEST(verdict_of(http, "HTTP/1.1 101 Switching\r\n") ==
               "failed: answered with 'HTTP/1.1 101 Switching' though nothing else was asked for");
}

BOOST_AUTO_TEST_CASE(what_is_no_status_line_fails) {
    for (const std::string line : {"", "HTTP/1.1", "HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000",
                                   "http/1.1 200", "SSH-2.0-x", "HTTP/1.1  200"}) {
        BOOST_TEST(verdict_of(http, line + "\r\n") ==
                   "failed: answered with '" + line + "', which is no HTTP status line");
    }
}

BOOST_AUTO_TEST_CASE(the_body_of_an_http_answer_is_awaited_before_the_close) {
    BOOST_TEST(
        (talk(check_of(http), "HTTP/1.1 200 OK\r\n\r\n").leave == step::leaving::when_closed));
    BOOST_TEST(
        (talk(check_of(http), "HTTP/1.1 500 No\r\n\r\n").leave == step::leaving::when_closed));
}

BOOST_AUTO_TEST_CASE(a_mail_server_greets_and_is_told_goodbye) {
    const auto waiting = talk(check_of(smtp), "220 mail.example ESMTP\r\n");
    BOOST_TEST(verdict(waiting) == "reading");
    BOOST_TEST(waiting.sent == "QUIT\r\n");
    BOOST_TEST(verdict_of(smtp, "220 mail.example ESMTP\r\n221 Bye\r\n") ==
               "passed: greeted with '220 mail.example ESMTP'");
    BOOST_TEST(verdict_of(smtp, "220-one\r\n220-two\r\n220 three\r\n221-a\r\n221 b\r\n") ==
               "passed: greeted with '220 three'");
    BOOST_TEST(verdict_of(smtp, "220\r\n221\r\n") == "passed: greeted with '220'");
}

BOOST_AUTO_TEST_CASE(nothing_is_said_to_a_mail_server_before_its_greeting) {
    BOOST_TEST(talk(check_of(smtp), "220-mail.example\r\n").sent == "");
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_closes_behind_its_greeting_passes) {
    BOOST_TEST(verdict_of(smtp, "220 mail.example\r\n", true) ==
               "passed: greeted with '220 mail.example'");
    BOOST_TEST(verdict_of(smtp, "220-mail.example\r\n", true) ==
               "failed: closed before the greeting");
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_takes_no_mail_fails) {
    const auto refused = talk(check_of(smtp), "554 no\r\n");
    BOOST_TEST(verdict(refused) == "failed: greeted with '554 no'");
    BOOST_TEST(refused.sent == "QUIT\r\n");
    BOOST_TEST(verdict_of(smtp, "421-4.3.2\r\n421 busy\r\n") == "failed: greeted with '421 busy'");
    BOOST_TEST(verdict_of(smtp, "220 here\r\n421 stopping\r\n") ==
               "failed: answered QUIT with '421 stopping'");
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_of_smtp_fails) {
    for (const std::string line : {"", "22", "+OK POP3", "220x", "2200", "SSH-2.0-x"}) {
        BOOST_TEST(verdict_of(smtp, line + "\r\n") ==
                   "failed: said '" + line + "', which is no SMTP reply");
    }
    BOOST_TEST(verdict_of(smtp, "220-a\r\n250 b\r\n") ==
               "failed: said '250 b', which is no SMTP reply");
}

BOOST_AUTO_TEST_CASE(an_ssh_server_is_answered_with_an_identification) {
    const auto done = talk(check_of(ssh), "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
    BOOST_TEST(verdict(done) == "passed: is 'SSH-2.0-OpenSSH_9.2p1 Debian-2'");
    BOOST_TEST(done.sent == "SSH-2.0-plug_3.0\r\n");
    BOOST_TEST(verdict_of(ssh, "SSH-1.99-x\n") == "passed: is 'SSH-1.99-x'");
    BOOST_TEST(verdict_of(ssh, "Welcome\r\n\r\nSSH-2.0-x\r\n") == "passed: is 'SSH-2.0-x'");
    BOOST_TEST(verdict_of(ssh, "SSH-1.5-x\r\n") ==
               "failed: is 'SSH-1.5-x', which is not version 2 of SSH");
}

BOOST_AUTO_TEST_CASE(the_last_words_of_an_ssh_server_are_told) {
    BOOST_TEST(verdict_of(ssh, "Exceeded MaxStartups\r\n", true) ==
               "failed: closed before the SSH identification, after 'Exceeded MaxStartups'");
}

BOOST_AUTO_TEST_CASE(redis_is_pinged_and_left) {
    const auto done = talk(check_of(redis), "+PONG\r\n");
    BOOST_TEST(verdict(done) == "passed: answered PING with '+PONG'");
    BOOST_TEST(done.sent == "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n");
    BOOST_TEST((done.leave == step::leaving::when_closed));
}

BOOST_AUTO_TEST_CASE(redis_that_asks_who_is_there_passes) {
    for (const std::string line : {"-NOAUTH Authentication required.", "-NOPERM no permissions",
                                   "-ERR operation not permitted"}) {
        BOOST_TEST(verdict_of(redis, line + "\r\n") == "passed: answered PING with '" + line + "'");
    }
}

BOOST_AUTO_TEST_CASE(redis_that_cannot_serve_fails) {
    for (const std::string line :
         {"-LOADING Redis is loading the dataset in memory", "-MASTERDOWN Link is down",
          "-BUSY Redis is busy", "-ERR max number of clients reached", "-DENIED protected mode"}) {
        BOOST_TEST(verdict_of(redis, line + "\r\n") == "failed: answered PING with '" + line + "'");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_of_redis_fails) {
    for (const std::string line : {"", "+PONGO", "PONG", "$4", "HTTP/1.1 400 Bad Request"}) {
        BOOST_TEST(verdict_of(redis, line + "\r\n") ==
                   "failed: answered PING with '" + line + "', which is no answer of Redis");
    }
}

BOOST_AUTO_TEST_CASE(bytes_are_sent_and_expected_as_they_are_written) {
    auto check = check_of(check_kind::send_expect);
    check.send = "stats\r\n";
    check.expect = "aab\0"s;
    BOOST_TEST(talk(check, "").sent == "stats\r\n");
    BOOST_TEST(verdict(talk(check, "aaab\0"s, false, 1)) == R"(passed: answered with 'aab\x00')");
    BOOST_TEST(verdict(talk(check, "aaab", true)) ==
               R"(failed: closed before 'aab\x00', after 'aaab')");
}

BOOST_AUTO_TEST_CASE(where_nothing_is_expected_sending_is_all) {
    auto check = check_of(check_kind::send_expect);
    check.send = "quit\r\n";
    const auto done = talk(check, "");
    BOOST_TEST(verdict(done) == R"(passed: connected and sent 'quit\r\n')");
    BOOST_TEST(done.sent == "quit\r\n");
}

BOOST_AUTO_TEST_CASE(a_peers_words_are_cut_and_escaped) {
    const auto reason =
        talk(check_of(redis), "-ERR \x1b[31m" + std::string(300, 'x') + "\n").reason;
    BOOST_TEST(reason.starts_with(R"(answered PING with '-ERR \x1b[31mxxx)"));
    BOOST_TEST(reason.ends_with("x'..."));
    BOOST_TEST(reason.size() < 130U);
}

BOOST_AUTO_TEST_SUITE_END()
