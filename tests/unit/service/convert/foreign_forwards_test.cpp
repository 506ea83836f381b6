// Forwards of rinetd and of netsh portproxy become plugs.
#include "service/convert/foreign_forwards.hpp"

#include "service/file/loader.hpp"
#include "service/file/writer.hpp"

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

BOOST_AUTO_TEST_CASE(a_star_of_rinetd_lets_everyone_in_of_both_families) {
    BOOST_TEST(file_of_good(read_rinetd("allow *\n:: 8000 ::1 80\n")) ==
               plug_text("8000", "[::]:8000", "[::1]:80"));
    BOOST_TEST(file_of_good(read_rinetd("allow *\nallow 10.*\n0.0.0.0 1 10.0.0.1 1\n"
                                        "allow 192.168.*\n0.0.0.0 2 10.0.0.1 2\nallow **\n")) ==
               plug_text("1", "0.0.0.0:1", "10.0.0.1:1") + "allow = [\"192.168.0.0/16\"]\n\n" +
                   plug_text("2", "0.0.0.0:2", "10.0.0.1:2"));
    BOOST_TEST(file_of_good(read_rinetd("allow 10.*\n0.0.0.0 1 10.0.0.1 1\nallow *\n")) ==
               plug_text("1", "0.0.0.0:1", "10.0.0.1:1") + "allow = [\"10.0.0.0/8\"]\n");
    BOOST_TEST(file_of_good(read_rinetd("allow *.*.*.*\n0.0.0.0 1 10.0.0.1 1\n")) ==
               plug_text("1", "0.0.0.0:1", "10.0.0.1:1") + "allow = [\"0.0.0.0/0\"]\n");
}

BOOST_AUTO_TEST_CASE(rinetd_listens_on_localhost_and_on_no_other_name) {
    BOOST_TEST(file_of_good(read_rinetd("# modem\nlocalhost 40081 127.0.0.8 80\n"
                                        "# router\nlocalhost 40021 127.0.0.2 80\n\n"
                                        "logfile /var/log/rinetd.log\n")) ==
               "[process]\nsession_log = \"/var/log/rinetd.log\"\n\n" +
                   plug_text("40081", "127.0.0.1:40081", "127.0.0.8:80") + "\n" +
                   plug_text("40021", "127.0.0.1:40021", "127.0.0.2:80"));
    is_refused(
        "example.com 80 10.0.0.1 80\n",
        "1:1 'example.com' is no address to listen on; where it is a name, write the address");
    BOOST_TEST(file_of_good(read_rinetd("0 80 10.0.0.1 80\n")) ==
               plug_text("80", "0.0.0.0:80", "10.0.0.1:80"));
}

BOOST_AUTO_TEST_CASE(options_of_a_forward_of_rinetd_are_a_source_or_are_left_out_with_a_note) {
    const auto read = read_rinetd("127.0.0.1 8000 127.0.0.2 8000 [src=127.0.0.3]\n"
                                  "127.0.0.1 8001 127.0.0.2 8001 [timeout=1200]\n"
                                  "127.0.0.1 8002 127.0.0.2 8002[ timeout = 1200, "
                                  "src = 127.0.0.3 ]\n");
    BOOST_TEST(file_of_good(read) ==
               plug_text("8000", "127.0.0.1:8000/127.0.0.3", "127.0.0.2:8000") + "\n" +
                   plug_text("8001", "127.0.0.1:8001", "127.0.0.2:8001") + "\n" +
                   plug_text("8002", "127.0.0.1:8002/127.0.0.3", "127.0.0.2:8002"));
    BOOST_REQUIRE(read.notes.size() == 2U);
    BOOST_TEST(read.notes[0].what.starts_with("'timeout' is left out"));
    BOOST_TEST(read.notes[0].at.line == 2U);
    BOOST_TEST(read.notes[0].at.column == 32U);
    BOOST_TEST(read.notes[1].at.column == 32U);
}

BOOST_AUTO_TEST_CASE(logs_of_rinetd_stand_where_plug_has_them) {
    BOOST_TEST(file_of_good(read_rinetd("logfile /var/r.log\npidlogfile /run/r.pid\n")) ==
               "[process]\nsession_log = \"/var/r.log\"\npid_file = \"/run/r.pid\"\n");
}

BOOST_AUTO_TEST_CASE(what_plug_has_no_like_of_is_told_where_it_stands) {
    is_refused("deny 10.0.0.1\n", "1:1 'deny' has no like in plug");
    is_refused("\n0.0.0.0 53/udp 10.0.0.1 53\n", "2:9 '53/udp' is UDP");
    is_refused("0.0.0.0 1 10.0.0.1 2 [dst=10.0.0.9]\n", "1:23 'dst' has no like");
    is_refused("0.0.0.0 1 10.0.0.1 2 [src=name]\n", "1:27 'name' is no address that connections");
    is_refused("0.0.0.0 1 10.0.0.1 2 5\n", "1:22 '5' has no like");
    is_refused("0.0.0.0 1 10.0.0.1 2 [src=10.0.0.9\n", "1:22 '[src=10.0.0.9' has no like");
    is_refused("0.0.0.0 1 10.0.0.1 2 []\n", "1:23 '' has no like");
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
                          plug_text("443", "0.0.0.0:443", "server:8443") + "resolve = true\n";
    BOOST_TEST(file_of_good(read_portproxy(english)) == expected);
    auto german = english;
    german.replace(german.find("Listen on"), 9, "Abhören auf");
    german.replace(german.find("Address         Port"), 20, "Adresse         Anschluss");
    BOOST_TEST(file_of_good(read_portproxy(german)) == expected);
}

BOOST_AUTO_TEST_CASE(a_star_of_portproxy_is_every_address_of_the_family_of_its_heading) {
    // Chinese, with two signs for "listen on" in front of the family.
    BOOST_TEST(
        file_of_good(read_portproxy("\n\xe4\xbe\xa6\xe5\x90\xac ipv4:                 "
                                    "\xe8\xbf\x9e\xe6\x8e\xa5\xe5\x88\xb0 ipv4:\n\n"
                                    "--------------- ----------  --------------- ----------\n"
                                    "*               10081        127.0.0.32   10081\n")) ==
        plug_text("10081", "0.0.0.0:10081", "127.0.0.32:10081"));
    BOOST_TEST(file_of_good(read_portproxy("* 80 10.0.0.1 80\n")) ==
               plug_text("80", "0.0.0.0:80", "10.0.0.1:80"));
    const auto both = file_of_good(read_portproxy("Listen on ipv4:      Connect to ipv4:\n"
                                                  "0.0.0.0 44444 127.0.0.1 44445\n"
                                                  "Listen on IPv6:      Connect to IPv4:\n"
                                                  "*       44444 localhost 44445\n"
                                                  "localhost 44446 ::1 1\n"));
    BOOST_TEST(both == plug_text("44444", "0.0.0.0:44444", "127.0.0.1:44445") + "\n" +
                           plug_text("44444-2", "[::]:44444", "127.0.0.1:44445") + "\n" +
                           plug_text("44446", "[::1]:44446", "[::1]:1"));
    BOOST_TEST(read_configuration_text(both, "f", empty_line_3(), false).report == "");
}

BOOST_AUTO_TEST_CASE(commands_of_netsh_are_read_with_its_defaults) {
    BOOST_TEST(file_of_good(read_portproxy(
                   "#========================\n# Port Proxy configuration\n"
                   "#========================\npushd interface portproxy\n\nreset\n"
                   "add v4tov4 listenport=1024 connectaddress=127.0.0.200 connectport=1024\n"
                   "add v4tov4 listenport=2048 listenaddress=127.0.0.4 "
                   "connectaddress=127.0.0.200\n\npopd\n\n# End of Port Proxy configuration\n")) ==
               plug_text("1024", "0.0.0.0:1024", "127.0.0.200:1024") + "\n" +
                   plug_text("2048", "127.0.0.4:2048", "127.0.0.200:2048"));
    BOOST_TEST(file_of_good(read_portproxy(
                   "netsh interface portproxy add v4tov6 listenport=1 connectport=2\r\n"
                   "NETSH.EXE interface portproxy ADD V6TOV4 3 connectport=4 protocol=tcp\r\n"
                   "add v6tov6 5 ::2 6 ::3\r\n")) == plug_text("1", "0.0.0.0:1", "[::1]:2") + "\n" +
                                                         plug_text("3", "[::]:3", "127.0.0.1:4") +
                                                         "\n" +
                                                         plug_text("5", "[::3]:5", "[::2]:6"));
}

BOOST_AUTO_TEST_CASE(later_commands_of_netsh_change_what_earlier_ones_made) {
    BOOST_TEST(
        file_of_good(read_portproxy("add v4tov4 listenport=9 connectaddress=10.0.0.1\nreset\n"
                                    "add v4tov4 listenport=1 connectaddress=10.0.0.1\n"
                                    "add v4tov4 listenport=2 connectaddress=10.0.0.1\n"
                                    "add v6tov4 listenport=1 connectaddress=10.0.0.1\n"
                                    "set v4tov4 listenport=2 connectport=22\n"
                                    "delete v4tov4 listenport=1\n"
                                    "delete v4tov4 listenport=7\n")) ==
        plug_text("1", "[::]:1", "10.0.0.1:1") + "\n" + plug_text("2", "0.0.0.0:2", "10.0.0.1:22"));
}

BOOST_AUTO_TEST_CASE(a_command_of_netsh_that_cannot_be_is_told_where_it_stands) {
    const auto is_told = [](const std::string& text, const std::string& begin) {
        const auto problems = read_portproxy(text).problems;
        BOOST_REQUIRE(!problems.empty());
        const auto& at = problems.front().at;
        const auto all =
            std::to_string(at.line) + ":" + std::to_string(at.column) + " " + problems.front().what;
        BOOST_TEST(all.starts_with(begin), text << " gave " << all);
    };
    is_told("\nadd v4tov5 listenport=1\n", "2:5 'v4tov5' names no kind of forward");
    is_told("add\n", "1:1 'add' names no kind of forward");
    is_told("add v4tov4\n", "1:1 'add' needs listenport=");
    is_told("add v4tov4 listenport=http\n", "1:23 'http' is no port");
    is_told("add v4tov4 listenport=\n", "1:12 'listenport=' is nothing that netsh takes there");
    is_told("add v4tov4 1 port=2\n", "1:14 'port=2' is nothing that netsh takes there");
    is_told("add v4tov4 1 protocol=udp\n", "1:23 'udp' is no protocol of plug");
    is_told("add v4tov4 1 listenaddress=name\n", "1:28 'name' is no address to listen on");
}

BOOST_AUTO_TEST_CASE(a_forward_of_portproxy_that_cannot_be_is_told) {
    const auto read = read_portproxy("0.0.0.0 70000 10.0.0.1 80\n");
    BOOST_REQUIRE(read.problems.size() == 1U);
    BOOST_TEST(read.problems.front().what.starts_with("'70000' is no port"));
}

BOOST_AUTO_TEST_SUITE_END()
