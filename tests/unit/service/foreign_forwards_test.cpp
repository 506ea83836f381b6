// Forwards of rinetd and of netsh portproxy become plugs.
#include "service/foreign_forwards.hpp"

#include "service/file_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;

namespace {

std::string file_of_good(const read_forwards& read) {
    const auto first = read.problems.empty() ? "" : read.problems.front().what;
    BOOST_REQUIRE_MESSAGE(read.problems.empty(), first);
    return file_of(read.settings);
}

/// `LINE:COLUMN what` of every problem.
std::string problems_of_rinetd(const std::string& text) {
    std::string all;
    for (const auto& each : read_rinetd(text).problems) {
        all += std::to_string(each.at.line) + ":" + std::to_string(each.at.column) + " " +
               each.what + "\n";
    }
    return all;
}

void is_refused(const std::string& text, const std::string& begin) {
    BOOST_TEST(problems_of_rinetd(text).starts_with(begin),
               text << " gave " << problems_of_rinetd(text));
}

std::string plug_text(const std::string& name, const std::string& listen,
                      const std::string& target) {
    return "[plug." + name + "]\nlisten = [\"" + listen + "\"]\ntargets = [\"" + target + "\"]\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(foreign_forwards)

BOOST_AUTO_TEST_CASE(each_forward_of_rinetd_is_a_plug) {
    BOOST_TEST(file_of_good(read_rinetd("# comment\n\n0.0.0.0 8080 10.0.0.1 80\r\n"
                                        "  ::1\t25/tcp ::2 25 \n"
                                        "127.0.0.1 8080 mail.example.org 443\nlogcommon\n")) ==
               plug_text("8080", "0.0.0.0:8080", "10.0.0.1:80") + "\n" +
                   plug_text("25", "[::1]:25", "[::2]:25") + "\n" +
                   plug_text("8080-2", "127.0.0.1:8080", "mail.example.org:443") +
                   "resolve = true\n");
}

BOOST_AUTO_TEST_CASE(allow_rules_hold_for_all_or_for_the_forward_before_and_both_must_agree) {
    const auto made = read_rinetd("allow 10.*\nallow 192.168.1.7 # an office\n"
                                  "0.0.0.0 1 10.0.0.1 1 # a forward\n"
                                  "0.0.0.0 2 10.0.0.1 2\nallow 10.5.*.*\nallow 172.16.*.*\n");
    BOOST_TEST(file_of_good(made) == plug_text("1", "0.0.0.0:1", "10.0.0.1:1") +
                                         "allow = [\"10.0.0.0/8\", \"192.168.1.7/32\"]\n\n" +
                                         plug_text("2", "0.0.0.0:2", "10.0.0.1:2") +
                                         "allow = [\"10.5.0.0/16\"]\n");
    is_refused("allow 10.*.*.*\n0.0.0.0 1 10.0.0.1 1\nallow 11.*.*.*\n",
               "2:1 '0.0.0.0' can be reached by nobody");
}

BOOST_AUTO_TEST_CASE(logs_of_rinetd_stand_where_plug_has_them) {
    BOOST_TEST(file_of_good(read_rinetd("logfile /var/r.log\npidlogfile /run/r.pid\n")) ==
               "[process]\nsession_log = \"/var/r.log\"\npid_file = \"/run/r.pid\"\n");
}

BOOST_AUTO_TEST_CASE(what_plug_has_no_like_of_is_told_where_it_stands) {
    is_refused("deny 10.0.0.1\n", "1:1 'deny' has no like in plug");
    is_refused("\n0.0.0.0 53/udp 10.0.0.1 53\n", "2:9 '53/udp' is UDP");
    is_refused("0.0.0.0 1 10.0.0.1 2 [src=10.0.0.9]\n", "1:22 '[src=10.0.0.9]' has no like");
    is_refused("allow 10*\n", "1:7 '10*' is no network");
    is_refused("allow 1*.2.3.4\n", "1:7 '1*.2.3.4' is no network");
    is_refused("allow 10.*.3.4\n", "1:7 '10.*.3.4' is no network");
    is_refused("allow\n", "1:1 'allow' is no network");
    is_refused("0.0.0.0 0 10.0.0.1 80\n", "1:9 '0' is no port");
    is_refused("0.0.0.0 80 10.0.0.1 http\n", "1:21 'http' is no port");
    is_refused("eth0 80 10.0.0.1 80\n", "1:1 'eth0' is no address to listen on");
    is_refused("hello\n", "1:1 'hello' begins no rule of rinetd");
}

BOOST_AUTO_TEST_CASE(what_portproxy_prints_is_read_in_any_language) {
    const std::string english = "\r\nListen on ipv4:             Connect to ipv6:\r\n\r\n"
                                "Address         Port        Address         Port\r\n"
                                "--------------- ----------  --------------- ----------\r\n"
                                "0.0.0.0         8080        2001:db8::1     80\r\n"
                                "*               443         server          8443\r\n";
    const auto expected = plug_text("8080", "0.0.0.0:8080", "[2001:db8::1]:80") + "\n" +
                          plug_text("443", "443", "server:8443") + "resolve = true\n";
    BOOST_TEST(file_of_good(read_portproxy(english)) == expected);
    auto german = english;
    german.replace(german.find("Listen on"), 9, "Abhören auf");
    german.replace(german.find("Address         Port"), 20, "Adresse         Anschluss");
    BOOST_TEST(file_of_good(read_portproxy(german)) == expected);
}

BOOST_AUTO_TEST_CASE(a_forward_of_portproxy_that_cannot_be_is_told) {
    const auto read = read_portproxy("0.0.0.0 70000 10.0.0.1 80\n");
    BOOST_REQUIRE(read.problems.size() == 1U);
    BOOST_TEST(read.problems.front().what.starts_with("'70000' is no port"));
}

BOOST_AUTO_TEST_SUITE_END()
