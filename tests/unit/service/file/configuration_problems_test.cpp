// What is said about configuration files that are wrong.
#include "tests/unit/service/file/file_support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace plug;
using namespace plug::test;

BOOST_AUTO_TEST_SUITE(configuration_problems)

BOOST_AUTO_TEST_CASE(a_problem_is_shown_with_its_line_and_a_caret) {
    BOOST_TEST(report("[process]\n\tgrace = 30\r\n") ==
               "f:2:10: grace: '30' has no unit; write 30s (the units are us, ms, s, min, h or d), "
               "or write 'unlimited'\n"
               "  2 |  grace = 30\n"
               "    |          ^\n");
    BOOST_TEST(report("a = 'x'\n\nb") == "f:3:2: syntax: key-value pair: encountered end-of-file\n"
                                         "  3 | b\n"
                                         "    |  ^\n");
}

BOOST_AUTO_TEST_CASE(the_caret_counts_characters_and_long_lines_are_cut) {
    BOOST_TEST(report("[process]\n\"\xc3\xa4\" = 1 # \x7f\n").find("\n  2 | \"\xc3\xa4\" = 1 ") !=
               std::string::npos);
    const auto text =
        report("[plug.web]\nlisten = \"7001\"\ntargets = [\"\xc3\xa4\", \"" +
               std::string(120, 'a') + "\", \"10.0.0.1:0\", " + std::string(200, ' ') + "]\n");
    const auto last = text.substr(text.rfind("\nf:3:") + 1);
    const std::string shown = "  3 | ..." + std::string(57, 'a') + "\", \"10.0.0.1:0\", ";
    BOOST_TEST(last.find("f:3:141: 10.0.0.1:0: port '0'") == 0U, last);
    BOOST_TEST(last.find(shown) != std::string::npos, last);
    const auto caret = last.substr(last.rfind('\n', last.size() - 2) + 1);
    BOOST_TEST(caret == "    | " + std::string(shown.find("\"10.0.0.1:0") - 6, ' ') + "^\n");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_toml_is_told_with_its_place) {
    are_refused(
        {{"[plug.web\n", "f:1:10: syntax: table header: expected ']', saw '\\n'\n"},
         {"a = 2000-01-01T:1\n",
          "f:1:5: syntax: the value needs quotation marks: \"2000-01-01T:1\"\n"},
         {"a\xd2\x98 = 1\n", "f:1:2: syntax: key-value pair: expected '=', saw '\xd2\x98'\n"},
         {"[process]\nthreads = 02\n", "f:2:13: syntax: decimal integer: leading zeroes are "
                                       "prohibited; a text, and a number with "
                                       "a unit, stand in quotation marks\n"},
         {"[process]\nthreads = 1\nthreads = 2\n",
          "f:3:11: syntax: key-value pair: cannot redefine existing integer 'threads'\n"},
         {"[process]\npid_file = \"C:\\Users\"\n",
          "f:2:17: syntax: unicode scalar sequence: expected hex digit, saw 's'; between single "
          "quotation marks a backslash is itself\n"},
         {std::string(600, 'a') + "." + "b = 1\n",
          "f:1:1: " + std::string(600, 'a') +
              ": is no key of the file; a configuration file holds [process], [defaults] and "
              "[plug.NAME]\n"}});
}

BOOST_AUTO_TEST_CASE(a_value_without_quotation_marks_is_told_so) {
    for (const std::string value : {"10.0.0.1:8080",
                                    "127.0.0.1:18101",
                                    "10.0.0.1",
                                    ":8080",
                                    "*:8080",
                                    "[::1]:8080",
                                    "[2001:db8::1]:80",
                                    "2001:db8::1",
                                    "localhost:80",
                                    "fd:web",
                                    "8080/eth1",
                                    "12:30x",
                                    "30s",
                                    "1.5h",
                                    "100ms",
                                    "1h30m",
                                    "10%",
                                    "never",
                                    "first",
                                    "infinity",
                                    "true-ish",
                                    "-x",
                                    "1e5x",
                                    "10.0.0.0/8",
                                    "/run/plug.pid",

                                    "300.0.0.1:1"}) {
        const auto advice = "syntax: the value needs quotation marks: \"" + value + "\"\n";
        are_refused({{"[plug.a]\nlisten = " + value + " # x\n", "f:2:10: " + advice},
                     {"a=" + value, "f:1:3: " + advice}});
        if (!value.starts_with('[')) {
            are_refused({{"a = [\"x\", " + value + ", \"y\"]\n", "f:1:11: " + advice},
                         {"a = [\n  " + value + ",\n]\n", "f:2:3: " + advice},
                         {"a = { \"\xc3\xa4\" = 1, b = " + value + " }\n", "f:1:20: " + advice}});
        }
    }
    are_refused({{"via = user:pass@host\n", "f:1:7: syntax: the value needs quotation marks\n"},
                 {"a = C:\\x\n", "f:1:5: syntax: the value needs quotation marks: \"C:\\\\x\"\n"}});
}

BOOST_AUTO_TEST_CASE(a_flag_in_other_words_is_told_how_flags_are_written) {
    for (const std::string value : {"yes", "no", "on", "off", "True", "FALSE"}) {
        are_refused({{"keepalive = " + value + "\n",
                      "f:1:13: syntax: a flag is true or false, in small letters\n"}});
    }
}

BOOST_AUTO_TEST_CASE(several_in_one_string_are_to_be_a_list) {
    const auto listener = "is more than one listener; write a list with a string for each, such as "
                          "[\":80\", \":443\"]\n";
    const auto target = "is more than one target; write a list with a string for each, such as "
                        "[\"10.0.0.1:443\", \"10.0.0.2:443\"]\n";
    for (const std::string both :
         {"127.0.0.2:1, 127.0.0.3:1", "127.0.0.2:1,127.0.0.3:1", "127.0.0.2:1 127.0.0.3:1"}) {
        are_refused(
            {{"[plug.a]\nlisten = \":18101\"\ntargets = \"" + both + "\"\n",
              "f:3:11: " + both + ": " + target},
             {"[plug.a]\nlisten = \":18101\"\ntargets = [\"" + both + "\"]\n",
              "f:3:12: " + both + ": " + target},
             {"[plug.a]\nlisten = \":18101\"\n[[plug.a.target]]\naddress = \"" + both + "\"\n",
              "f:4:11: " + both + ": " + target},
             {"[plug.a]\nlisten = \"" + both + "\"\ntargets = \"127.0.0.2:1\"\n",
              "f:2:10: " + both + ": " + listener}});
    }
}

BOOST_AUTO_TEST_CASE(targets_without_a_port_beside_several_listeners_are_warned_of) {
    const auto warnings = [](const std::string& text) {
        const auto file = read_configuration_text(text, "f", empty_line_3(), false);
        BOOST_TEST(file.report == "");
        return file.warnings;
    };
    const std::string many = "[plug.n]\nlisten = [\":30000\", \":30001\", \":30002\"]\n";
    const std::string warning = "has no port, so every listener of the plug leads to port 30000, "
                                "that of the first; write the port, ";
    BOOST_TEST(
        warnings(many + "targets = [\"10.9.9.9\"]\n").starts_with("f:3:12: 10.9.9.9: " + warning));
    BOOST_TEST(warnings(many + "[[plug.n.target]]\naddress = \"10.9.9.9\"\n")
                   .starts_with("f:4:11: 10.9.9.9: " + warning));
    BOOST_TEST(warnings(many + "targets = [\"10.9.9.9:1\"]\n") == "");
    BOOST_TEST(warnings("[plug.n]\nlisten = [\"10.0.0.1:3\", \"10.0.0.2:3\"]\n"
                        "targets = \"10.9.9.9\"\n") == "");
}

BOOST_AUTO_TEST_CASE(a_key_of_very_many_parts_is_refused_before_it_costs_the_stack) {
    std::string key = "a";
    for (int i = 0; i < 300'000; ++i) {
        key += ".a";
    }
    BOOST_TEST(places("# x\n" + key + " = 1\n") ==
               "f:2:512: syntax: a key has more than 256 parts\n");
    BOOST_TEST(places("[" + key + "]\n") == "f:1:513: syntax: a key has more than 256 parts\n");
    std::string list = "x = [ '10.0.0.1'";
    for (int i = 0; i < 300; ++i) {
        list += ", \"10.0.0\\\"1\", 1.5";
    }
    BOOST_TEST(places(list + " ] # " + key + "\n").find("f:1:1: x: is no key") == 0U);
}

BOOST_AUTO_TEST_CASE(a_value_without_quotation_marks_that_may_be_secret_is_not_repeated) {
    for (const std::string line : {"via = user:hidden==@10.0.0.3:3128", "via = user:hidden,x@h:1",
                                   "check_send = hidden", "via = user:hidden x@h:1"}) {
        const auto report = places("[plug.a]\n" + line + "\n");
        BOOST_TEST(report.find("f:2:") == 0U, report);
        BOOST_TEST(report.find("hidden") == std::string::npos, report);
    }
}

BOOST_AUTO_TEST_CASE(dots_within_a_string_of_several_lines_are_no_parts_of_a_key) {
    const std::string dots(300, '.');
    for (const std::string mark : {"\"\"\"", "'''"}) {
        const auto string = mark + "\n# \" it's\n" + dots + "\n" + mark;
        BOOST_TEST(places("x = " + string + "\n").find("f:1:1: x: is no key") == 0U);
        BOOST_TEST(places("x = " + string + "\na" + dots + " = 1\n") ==
                   "f:5:257: syntax: a key has more than 256 parts\n");
    }
    BOOST_TEST(places("x = \"\"\"\\\"\"\"\n" + dots + "\"\"\"\n").find("f:1:1: x: is no key") ==
               0U);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_told_with_the_one_that_was_meant) {
    are_refused({{"[proces]\n", "f:1:2: proces: is no key of the file; did you mean process?\n"},
                 {"[plugs.web]\n", "f:1:2: plugs: is no key of the file; did you mean plug?\n"},
                 {"[process]\nthread = 2\n",
                  "f:2:1: thread: is no key of [process]; did you mean threads?\n"},
                 {good_plug + "sticky-timeout = \"1h\"\n",
                  "f:4:1: sticky-timeout: is no key of [plug.NAME]; did you mean "
                  "sticky_timeout?\n"},
                 {good_plug + "quux = 1\n",
                  "f:4:1: quux: is no key of [plug.NAME]; plug --help tells the options, which are "
                  "written with _ for -\n"},
                 {good_plug + "config = \"x\"\n",
                  "f:4:1: config: is no key of [plug.NAME]; plug --help tells the options, which "
                  "are written with _ for -\n"}});
}

BOOST_AUTO_TEST_CASE(a_key_in_the_wrong_place_is_told_with_the_right_one) {
    const std::string process = "belongs in [process], as it is about the process\n";
    const std::string plug = "belongs in [plug.NAME], as it is about one plug\n";
    are_refused({{"threads = 2\n", "f:1:1: threads: " + process},
                 {good_plug + "pid_file = \"x\"\n", "f:4:1: pid_file: " + process},
                 {"[process]\nsticky = true\n", "f:2:1: sticky: " + plug},
                 {"targets = []\n", "f:1:1: targets: " + plug},
                 {"[process]\nlisten = \"1\"\n", "f:2:1: listen: " + plug},
                 {"[plug]\nlisten = \"1\"\n",
                  "f:2:1: listen: belongs to one plug; name it, as in [plug.web]\n"},
                 {"[[plug.web]]\n", "f:1:8: web: is no plug; a plug is a table, [plug.web]\n"},
                 {"plug = 1\n", "f:1:1: plug: is a table; write [plug.NAME]\n"},
                 {"[[process]]\n", "f:1:3: process: is a table; write [process]\n"},
                 {"[plug.\"a b\"]\n", "f:1:7: 'a b': is no name for a plug; write 1 to 64 letters, "
                                      "digits, '-', '_' or '.'\n"},
                 {"[plug.\"\"]\n", "f:1:7: '': is no name for a plug; write 1 to 64 letters, "
                                   "digits, '-', '_' or '.'\n"}});
}

BOOST_AUTO_TEST_CASE(a_value_of_the_wrong_kind_is_told_what_it_should_be) {
    are_refused(
        {{"[process]\nthreads = \"2\"\n",
          "f:2:11: threads: takes a whole number, without quotation marks\n"},
         {"[process]\ndebug = 3\n",
          "f:2:9: debug: takes true, false or a number: how often, 0 to 2\n"},
         {"[process]\nforeground = 1\n", "f:2:14: foreground: takes true or false\n"},
         {"[process]\npid_file = 5\n", "f:2:12: pid_file: takes a text in quotation marks: PATH\n"},
         {good_plug + "keepalive = \"yes\"\n", "f:4:13: keepalive: takes true or false\n"},
         {good_plug + "retry = 1.5\n",
          "f:4:9: retry: takes a text in quotation marks: DURATION|never\n"},
         {good_plug + "retry = [\"1s\"]\n",
          "f:4:9: retry: takes a text in quotation marks: DURATION|never\n"},
         {good_plug + "allow = [\"::1\", 5]\n",
          "f:4:17: allow: takes a text in quotation marks: NET[,NET...], or a list of such\n"},
         {"[plug.web]\nlisten = 7001\ntargets = []\n",
          "f:2:10: listen: takes a text in quotation marks, such as \":443\", or a list of such\n"
          "f:3:11: targets: takes a list of texts in quotation marks, such as "
          "[\"10.0.0.1:443\"]\n"}});
}

BOOST_AUTO_TEST_CASE(a_value_that_the_command_line_refuses_is_refused_alike) {
    are_refused(
        {{good_plug + "retry = 10\n",
          "f:4:9: retry: '10' has no unit; write 10s (the units are us, ms, s, min, h or d), or "
          "write 'never'\n"},
         {good_plug + "connect_timeout = \"0s\"\n",
          "f:4:19: connect_timeout: is out of range: 1ms to 1d\n"},
         {good_plug + "sticky_timeout = \"1h\"\n",
          "f:4:18: sticky_timeout: means nothing without sticky = true; add it\n"},
         {good_plug + "allow = [\"::1\", \"10.0.0.0/33\"]\n",
          "f:4:17: allow 10.0.0.0/33: the number of bits '33' is not a number from 0 to 32\n"},
         {good_plug + "via = \"user@10.0.0.9\"\n",
          "f:4:7: via: takes user and password as user:password@host\n"},
         {good_plug + "via = \"proxy:80\"\n",
          "f:4:7: proxy:80: is a name, and a spoofed DNS answer must not redirect a plug; write "
          "the address of the HTTPS proxy in numbers, or allow names with resolve = true\n"},
         {good_plug + "source = \"nosuch\"\n",
          "f:4:10: nosuch: is no network interface of this machine, or has no address; write an "
          "address or an interface, such as eth0\n"},
         {"[process]\nthreads = 257\n",
          "f:2:11: threads: '257' is not a whole number from 1 to 256\n"},
         {"[process]\nspin = \"1s\"\n", "f:2:8: spin: is out of range: 0us to 10ms\n"},
         {"[process]\npid_file = \"\"\n", "f:2:12: pid_file: is empty; write the path of a file\n"},
         {"[process]\ndetach = true\nsession_log = \"-\"\n",
          "f:2:10: detach: and session_log - exclude each other, as a detached plug has no "
          "standard output; name a file\n"}});
}

BOOST_AUTO_TEST_CASE(listeners_and_targets_are_judged_where_they_stand) {
    are_refused(
        {{"[plug.web]\n", "f:1:7: listen: is missing in [plug.web]; write where to listen, such as "
                          "listen = \":443\"\n"
                          "f:1:7: targets: are missing in [plug.web]; name at least one, such as "
                          "targets = [\"10.0.0.1:443\"]\n"},
         {"[plug.web]\nlisten = [\"7001\", \"7002x\"]\ntargets = [\"127.0.0.1:7003\",\n  "
          "\"10.0.0.1:0\", \"10.1\"]\n",
          "f:2:19: 7002x: port '7002x' is not a number from 1 to 65535\n"
          "f:4:3: 10.0.0.1:0: port '0' is not a number from 1 to 65535\n"
          "f:4:17: 10.1: '10.1' is not an IPv4 address: it takes four numbers with dots, such as "
          "10.0.0.1\n"},
         {"[plug.web]\nlisten = \"127.0.0.1:7001\"\ntargets = [\"127.0.0.1:7002\", "
          "\"127.0.0.1:7001\"]\n",
          "f:3:30: 127.0.0.1:7001: is this plug's own listening address; name another address or "
          "port\n"},
         {"[plug.web]\nlisten = [\"127.0.0.1:7001\", \"127.0.0.1:7001\"]\ntargets = "
          "\"10.0.0.1:80\"\n",
          "f:2:29: listen 127.0.0.1:7001: is taken already, by 127.0.0.1:7001 of plug web; name "
          "another address or port\n"},
         {good_plug + "[plug.b]\ntargets = \"10.0.0.1:80\"\nlisten = \"[::1]:7001\"\n",
          "f:6:10: listen [::1]:7001: is taken already, by 7001 of plug web; name another address "
          "or port\n"},
         {"[plug.web]\nlisten = [\"7001\", \"224.0.0.1:7002\"]\ntargets = \"name:80\"\n",
          "f:2:19: 224.0.0.1: is a multicast or broadcast address; listen on one of this "
          "machine's own addresses\n"
          "f:3:11: name:80: is a name, and a spoofed DNS answer must not redirect a plug; write "
          "the address in numbers, or allow names with resolve = true\n"}});
}

BOOST_AUTO_TEST_CASE(a_problem_of_one_plug_is_not_put_to_another_that_says_the_same) {
    are_refused({{"[plug.a]\nlisten = \"7001\"\ntargets = \"name:80\"\nresolve = true\n"
                  "[plug.b]\nlisten = \"7002\"\ntargets = \"name:80\"\n",
                  "f:7:11: name:80: is a name, and a spoofed DNS answer must not redirect a plug; "
                  "write the address in numbers, or allow names with resolve = true\n"}});
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once_in_the_order_of_the_file) {
    const auto told = places("threads = 2\n[process]\ngrace = 5\nquux = 1\n[plug.a]\n"
                             "listen = \"0\"\ntargets = \"name:1\"\nretry = \"0s\"\n[plug.b]\n");
    std::size_t at = 0;
    for (const auto* place :
         {"f:1:1: threads", "f:3:9: grace", "f:4:1: quux", "f:6:10: 0: port", "f:7:11: name:1",
          "f:8:9: retry", "f:9:7: listen", "f:9:7: targets"}) {
        const auto found = told.find(place);
        BOOST_TEST(found != std::string::npos, place << " is missing in " << told);
        BOOST_TEST(found >= at, place << " comes too early in " << told);
        at = found;
    }
    BOOST_TEST(std::ranges::count(told, '\n') == 8);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_told_with_the_reason) {
    const auto missing = load_configuration_file("no/such.toml", empty_line_3(), false);
    BOOST_TEST(missing.report == "no/such.toml: cannot be read: No such file or directory\n");
    const auto directory = load_configuration_file(".", empty_line_3(), false);
    BOOST_TEST(directory.report == ".: is a directory; name a file\n");
}

BOOST_AUTO_TEST_SUITE_END()
