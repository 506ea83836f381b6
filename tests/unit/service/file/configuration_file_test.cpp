// What the keys of a configuration file mean.
#include "tests/unit/service/file/file_support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

namespace {

/// The one plug of a good file whose other keys are `keys`.
plug_config plug_with(const std::string& keys) {
    const auto made =
        good("[plug.web]\nlisten = \"7001\"\ntargets = [\"127.0.0.1:7002\"]\n" + keys);
    BOOST_REQUIRE(made.engine.plugs.size() == 1U);
    return made.engine.plugs.front();
}

settings process_with(const std::string& keys) { return good("[process]\n" + keys); }

/// A command line beside a file.
line_3 beside(std::vector<std::string> words) {
    words.insert(words.begin(), {"--config", "f"});
    auto line = read_line_3(words);
    BOOST_REQUIRE(line.problems.empty());
    return line;
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

BOOST_AUTO_TEST_CASE(a_thousand_plugs_are_read) {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "[plug.p" + std::to_string(i) +
                "]\nlisten = \"127.0.0.1:" + std::to_string(10'000 + i) +
                "\"\ntargets = [\"10.0.0.1:80\"]\n";
    }
    BOOST_TEST(good(text).engine.plugs.size() == 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
