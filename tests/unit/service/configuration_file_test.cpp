// The configuration file: what its keys mean, and what is said about files that are wrong.
#include "service/configuration_file.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace plug;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path folder = std::filesystem::absolute("etc");

configuration_file read(const std::string& text, line_3 line = empty_line_3()) {
    return read_configuration_text(text, folder / "plug.toml", std::move(line), false);
}

/// The settings of a file that must be good.
settings good(const std::string& text) {
    auto file = read(text);
    BOOST_REQUIRE_MESSAGE(file.report.empty(), text << "\nwas refused: " << file.report);
    return std::move(file.settings);
}

/// The one plug of a good file whose other keys are `keys`.
plug_config plug_with(const std::string& keys) {
    const auto made =
        good("[plug.web]\nlisten = \"7001\"\ntargets = [\"127.0.0.1:7002\"]\n" + keys);
    BOOST_REQUIRE(made.engine.plugs.size() == 1U);
    return made.engine.plugs.front();
}

settings process_with(const std::string& keys) { return good("[process]\n" + keys); }

/// The report on a file called `f`.
std::string report(const std::string& text) {
    return read_configuration_text(text, "f", empty_line_3(), false).report;
}

/// The lines of the report that name a place.
std::string places(const std::string& text) {
    std::string found;
    const auto all = report(text);
    for (std::size_t at = 0; at < all.size();) {
        const auto end = all.find('\n', at) + 1;
        if (all.compare(at, 2, "f:") == 0) {
            found += all.substr(at, end - at);
        }
        at = end;
    }
    return found;
}

/// A command line beside a file.
line_3 beside(std::vector<std::string> words) {
    words.insert(words.begin(), {"--config", "f"});
    auto line = read_line_3(words);
    BOOST_REQUIRE(line.problems.empty());
    return line;
}

const std::string good_plug = "[plug.web]\nlisten = \"7001\"\ntargets = \"127.0.0.1:7002\"\n";

struct bad_file {
    std::string text;
    std::string places;
};

void are_refused(const std::vector<bad_file>& files) {
    for (const auto& file : files) {
        BOOST_TEST(places(file.text) == file.places, file.text << "\ngave\n" << places(file.text));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(configuration_file)

BOOST_AUTO_TEST_CASE(plugs_are_read_in_the_order_of_the_file) {
    const auto made = good("[plug.web]\n"
                           "listen = [\"127.0.0.1:7001\", \"[::1]:7003\"]\n"
                           "targets = [\"10.0.0.1\", \"10.0.0.2:80\"]\n"
                           "[plug.mail]\n"
                           "listen = \":7002/127.0.0.1\"\n"
                           "targets = \"10.0.0.1:25\"\n");
    BOOST_REQUIRE(made.engine.plugs.size() == 2U);
    const auto& web = made.engine.plugs[0];
    BOOST_TEST(web.name == "web");
    BOOST_REQUIRE(web.listen.size() == 2U);
    BOOST_TEST(to_text(web.listen[0]) == "127.0.0.1:7001");
    BOOST_TEST(to_text(web.listen[1]) == "[::1]:7003");
    BOOST_REQUIRE(web.targets.size() == 2U);
    BOOST_TEST(to_text(web.targets[0].where) == "10.0.0.1:7001"); // the port of the first listener
    BOOST_TEST(to_text(web.targets[1].where) == "10.0.0.2:80");
    const auto& mail = made.engine.plugs[1];
    BOOST_TEST(mail.name == "mail");
    BOOST_TEST(mail.listen.at(0).outgoing == "127.0.0.1");
    BOOST_TEST(to_text(mail.targets.at(0).where) == "10.0.0.1:25");
    BOOST_TEST(made.config_file->string() == (folder / "plug.toml").string());
}

BOOST_AUTO_TEST_CASE(what_is_not_said_is_as_on_the_command_line) {
    const auto made = good(good_plug);
    const auto line = empty_line_3().settings;
    const auto& plug = made.engine.plugs.at(0);
    BOOST_TEST((plug.retry == 10s));
    BOOST_TEST((plug.connect_timeout == 5s));
    BOOST_TEST((plug.policy == policy::round_robin));
    BOOST_TEST(!plug.affinity.enabled);
    BOOST_TEST(plug.allow.empty());
    BOOST_TEST((made.engine.grace == 30s));
    BOOST_TEST(!made.engine.threads);
    BOOST_TEST(!made.detach);
    BOOST_TEST(made.exits.usage == line.exits.usage);
}

BOOST_AUTO_TEST_CASE(every_key_of_a_plug_has_its_meaning) {
    BOOST_TEST(plug_with("sticky = true").affinity.enabled);
    BOOST_TEST(!plug_with("sticky = false").affinity.enabled);
    BOOST_TEST((plug_with("sticky = true\nsticky_timeout = \"90s\"").affinity.timeout == 90s));
    BOOST_TEST(plug_with("sticky = true\nsticky_capacity = 5").affinity.capacity == 5U);
    BOOST_TEST((plug_with("first = true").policy == policy::first));
    BOOST_TEST((plug_with("retry = \"1500ms\"").retry == 1500ms));
    BOOST_TEST(!plug_with("retry = \"never\"").retry.has_value());
    BOOST_TEST((plug_with("connect_timeout = \"2s\"").connect_timeout == 2s));
    BOOST_TEST(plug_with("resolve = true").resolve_names);
    BOOST_TEST(plug_with("allow = \"10.0.0.0/8\"").allow.size() == 1U);
    BOOST_TEST(plug_with("allow = [\"10.0.0.0/8\", \"::1,192.0.2.1\"]").allow.size() == 3U);
    BOOST_TEST(plug_with("source = \"127.0.0.1\"").listen.at(0).outgoing == "127.0.0.1");
    BOOST_TEST(plug_with("via = \"u:p@10.0.0.9\"").via->credentials == "u:p");
    BOOST_TEST(plug_with("keepalive = true").keepalive);
}

BOOST_AUTO_TEST_CASE(every_key_of_the_process_has_its_meaning) {
    BOOST_TEST(process_with("log_connections = true").log_connections);
    BOOST_TEST(process_with("session_log = \"-\"").session_log->string() == "-");
    BOOST_TEST(process_with("debug = true").debug == 1);
    BOOST_TEST(process_with("debug = 2").debug == 2);
    BOOST_TEST(process_with("debug = false").debug == 0);
    BOOST_TEST(process_with("detach = true").detach);
    BOOST_TEST(!process_with("foreground = true").detach);
    BOOST_TEST((process_with("grace = \"2min\"").engine.grace == 120s));
    BOOST_TEST(!process_with("grace = \"unlimited\"").engine.grace.has_value());
    BOOST_TEST(process_with("threads = 4").engine.threads.value() == 4U);
    BOOST_TEST((process_with("spin = \"20us\"").engine.spin == 20us));
}

BOOST_AUTO_TEST_CASE(every_option_but_those_of_the_line_alone_is_a_key) {
    for (const auto& option : long_options()) {
        auto key = std::string(option.form.name);
        std::ranges::replace(key, '-', '_');
        const auto scope = option.group.scope;
        const auto* const table = scope == option_scope::plug ? "[plug.web]\n" : "[process]\n";
        // A date is no value of any option, so a key that is known is told what it takes.
        const auto told = places(table + key + " = 2000-01-01\n");
        const auto expected = scope == option_scope::line ? key + ": is no key" : key + ": takes ";
        BOOST_TEST(told.find(": " + expected) != std::string::npos, key << " gave " << told);
    }
}

BOOST_AUTO_TEST_CASE(relative_paths_count_from_the_folder_of_the_file) {
    const auto made = process_with("pid_file = \"x/../y.pid\"\nsession_log = \"log\"");
    BOOST_TEST(made.pid_file->string() == (folder / "y.pid").string());
    BOOST_TEST(made.session_log->string() == (folder / "log").string());
    const auto absolute = (folder / "z").string();
    BOOST_TEST(process_with("pid_file = '" + absolute + "'").pid_file->string() == absolute);
}

BOOST_AUTO_TEST_CASE(a_file_without_a_plug_is_good) {
    for (const auto* text : {"", "# nothing yet\n", "[process]\n", "[plug]\n", "\xef\xbb\xbf"}) {
        BOOST_TEST(good(text).engine.plugs.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(what_the_command_line_says_of_the_process_wins) {
    const std::string text = "[process]\nthreads = 4\ndebug = 2\ndetach = true\ngrace = \"1s\"\n"
                             "pid_file = \"a\"\n" +
                             good_plug;
    const auto file =
        read(text, beside({"--threads", "2", "--debug", "--foreground", "--pid-file", "b"}));
    BOOST_TEST(file.report == "");
    BOOST_TEST(file.settings.engine.threads.value() == 2U);
    BOOST_TEST(file.settings.debug == 1);
    BOOST_TEST((file.settings.engine.grace == 1s));
    BOOST_TEST(file.settings.pid_file->string() ==
               (std::filesystem::current_path() / "b").string());
    const auto broken = read("[process]\nthreads = 0\n", beside({"--threads", "2"}));
    BOOST_TEST(broken.report.find(":2:11: threads: '0'") != std::string::npos, broken.report);
}

BOOST_AUTO_TEST_CASE(foreground_of_the_line_wins_over_detach_of_the_file) {
    // What is set aside leaves nothing behind that could contradict.
    const auto file = read("[process]\ndetach = true\n", beside({"--foreground", "--detach"}));
    BOOST_TEST(file.report == "");
    BOOST_REQUIRE(file.line_problems.size() == 1U);
    BOOST_TEST(file.line_problems[0].where == "--detach");
    const auto stays = read("[process]\ndetach = true\n", beside({"--foreground"}));
    BOOST_TEST(stays.report == "");
    BOOST_TEST(stays.line_problems.empty());
    BOOST_TEST(!stays.settings.detach);
}

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
         {"a = 2000-01-01T:1\n", "f:1:16: syntax: time: expected 2-digit hour, saw ':'\n"},
         {"a\xd2\x98 = 1\n", "f:1:2: syntax: key-value pair: expected '=', saw '\xd2\x98'\n"},
         {"[process]\ngrace = 30s\n", "f:2:11: syntax: decimal integer: expected digit, saw 's'; a "
                                      "text, and a number with a unit, stand in quotation marks\n"},
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

BOOST_AUTO_TEST_CASE(a_thousand_plugs_are_read) {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "[plug.p" + std::to_string(i) +
                "]\nlisten = \"127.0.0.1:" + std::to_string(10'000 + i) +
                "\"\ntargets = [\"10.0.0.1:80\"]\n";
    }
    BOOST_TEST(good(text).engine.plugs.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(a_plug_inherits_what_it_does_not_say_itself) {
    const auto made =
        good(good_plug + "[plug.own]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n"
                         "sticky = false\nallow = \"192.0.2.1\"\nretry = \"3s\"\n"
                         "[defaults]\nsticky = true\nallow = [\"10.0.0.0/8\", \"::1\"]\n"
                         "retry = \"never\"\nkeepalive = true\n");
    const auto& web = made.engine.plugs.at(0);
    BOOST_TEST(web.affinity.enabled);
    BOOST_TEST(web.allow.size() == 2U);
    BOOST_TEST(!web.retry.has_value());
    BOOST_TEST(web.keepalive);
    const auto& own = made.engine.plugs.at(1);
    BOOST_TEST(!own.affinity.enabled);
    BOOST_TEST(own.allow.size() == 1U); // a list takes the place of the inherited one
    BOOST_TEST((own.retry == 3s));
    BOOST_TEST(own.keepalive);
}

BOOST_AUTO_TEST_CASE(a_plug_answers_the_question_of_a_default_in_its_own_words) {
    const auto policy_of = [](const std::string& defaults, const std::string& keys) {
        return good("[defaults]\n" + defaults + good_plug + keys).engine.plugs.at(0).policy;
    };
    BOOST_TEST((policy_of("first = true\n", "policy = \"random-two\"") == policy::random_two));
    BOOST_TEST((policy_of("policy = \"random-two\"\n", "first = true") == policy::first));
    BOOST_TEST((policy_of("policy = \"random-two\"\n", "first = false") == policy::random_two));
    BOOST_TEST((policy_of("first = true\n", "first = false") == policy::round_robin));
    BOOST_TEST((policy_of("first = true\n", "") == policy::first));
}

BOOST_AUTO_TEST_CASE(a_default_that_a_plug_has_no_use_for_is_no_mistake) {
    const auto made = good("[defaults]\nsticky_timeout = \"8h\"\nsource = \"127.0.0.1\"\n"
                           "[plug.a]\nlisten = [\"7001/127.0.0.2\", \"7002\"]\n"
                           "targets = \"127.0.0.1:7009\"\n"
                           "[plug.b]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7009\"\n"
                           "sticky = true\nsource = \"127.0.0.3\"\n");
    const auto& a = made.engine.plugs.at(0);
    BOOST_TEST(!a.affinity.enabled);
    BOOST_TEST(a.listen.at(0).outgoing == "127.0.0.2");
    BOOST_TEST(a.listen.at(1).outgoing == "127.0.0.1");
    const auto& b = made.engine.plugs.at(1);
    BOOST_TEST((b.affinity.timeout == 8h));
    BOOST_TEST(b.listen.at(0).outgoing == "127.0.0.3");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_default_is_told_once_and_where_it_stands) {
    const std::string second = "[plug.two]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n";
    are_refused({
        {"[defaults]\nretry = 10\n",
         "f:2:9: retry: '10' has no unit; write 10s (the units are us, ms, s, min, h or d), or "
         "write 'never'\n"},
        {"[defaults]\nconnect_timeout = \"3d\"\n" + good_plug + second,
         "f:2:19: connect_timeout: is out of range: 1ms to 1d\n"},
        {"[defaults]\nlisten = \"80\"\n",
         "f:2:1: listen: belongs in [plug.NAME]; no two plugs have it in common\n"},
        {"[defaults]\nthreads = 2\n",
         "f:2:1: threads: belongs in [process], as it is about the process\n"},
        {"[defaults]\nretri = \"2s\"\n", "f:2:1: retri: is no key of [defaults]; did you mean "
                                         "retry?\n"},
        {"[[defaults]]\nretry = \"2s\"\n", "f:1:3: defaults: is a table; write [defaults]\n"},
    });
}

BOOST_AUTO_TEST_CASE(the_files_of_conf_d_hold_more_plugs_that_inherit_the_same) {
    const std::string other = "[plug.two]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n";
    const std::vector<source_text> texts{{"f", "[defaults]\nkeepalive = true\n" + good_plug},
                                         {"conf.d/two.toml", other}};
    const auto made = read_configuration_texts(texts, "f", empty_line_3(), false);
    BOOST_TEST(made.report == "");
    BOOST_TEST(made.parts == 1U);
    BOOST_REQUIRE(made.settings.engine.plugs.size() == 2U);
    BOOST_TEST(made.settings.engine.plugs[1].name == "two");
    BOOST_TEST(made.settings.engine.plugs[1].keepalive);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_file_of_conf_d_is_told_with_its_name) {
    const auto report_on = [](const std::string& main, const std::string& part) {
        const std::vector<source_text> texts{{"f", main}, {"a.toml", part}, {"b.toml", "x = ["}};
        return read_configuration_texts(texts, "f", empty_line_3(), false).report;
    };
    const auto twice = report_on(good_plug, "\n" + good_plug);
    BOOST_TEST(twice.starts_with("a.toml:2:7: plug web: is there already, in f:1:7; give one of "
                                 "the two another name\n  2 | [plug.web]\n    |       ^\n"
                                 "b.toml:1:"),
               twice);
    const auto strange =
        report_on("spin = 1\n", "plug = 1\n[process]\n[defaults]\nretry = \"2s\"\n");
    for (const auto* told :
         {"f:1:1: spin: belongs in [process]",
          "a.toml:2:2: process: belongs in f, as a file of conf.d holds plugs\n",
          "a.toml:3:2: defaults: belongs in f, as a file of conf.d holds plugs\n",
          "a.toml:1:1: plug: is a table; write [plug.NAME]\n", "b.toml:1:"}) {
        BOOST_TEST(strange.find(told) != std::string::npos, told << " in " << strange);
    }
    const auto taken = report_on(good_plug, "[plug.two]\ntargets = \"127.0.0.1:7002\"\n"
                                            "listen = \"7001\"\n");
    BOOST_TEST(taken.starts_with("a.toml:3:10: listen 7001: is taken already, by 7001 of plug web"),
               taken);
    // Without the first file, nothing is known of what the others inherit.
    const auto broken = report_on("plug = [", "[plug.a]\nlisten = \"80\"\ntargets = \"name\"\n");
    BOOST_TEST(broken.starts_with("f:1:"), broken);
    BOOST_TEST(broken.find("a.toml") == std::string::npos, broken);
}

BOOST_AUTO_TEST_SUITE_END()
