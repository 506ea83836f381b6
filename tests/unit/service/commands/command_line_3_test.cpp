#include "tests/unit/service/options/line_support.hpp"

#include "service/commands/demo.hpp"
#include "service/commands/help_text.hpp"
#include "service/commands/table.hpp"
#include "service/options/table.hpp"

#include <filesystem>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

/// How an absolute path of Unix comes out here: Windows puts its drive in front.
static std::string typed(const char* path) { return std::filesystem::absolute(path).string(); }

static demo_options demo(const std::string& line) {
    return std::get<demo_options>(read_demo(words_of(line)));
}

/// The usage that is to follow the problems of `line`.
static std::string usage_for(const std::string& line) {
    const auto words = words_of(line);
    const auto* row = words.empty() ? nullptr : find_command(words.front());
    return row == nullptr ? usage_text() : usage_text_of(*row);
}

BOOST_AUTO_TEST_SUITE(command_line_3)

BOOST_AUTO_TEST_CASE(what_is_not_said_has_the_defaults_of_3) {
    const auto made = run("7001 10.0.0.1");
    const auto& plug = made.engine.plugs.at(0);
    BOOST_TEST((plug.retry == 10s));
    BOOST_TEST((made.engine.grace == 30s));
    BOOST_TEST((plug.connect_timeout == 5s));
    BOOST_TEST(!made.engine.threads);
    BOOST_TEST((made.engine.spin == 0us));
    BOOST_TEST(!plug.affinity.enabled);
    BOOST_TEST((plug.affinity.timeout == 1h));
    BOOST_TEST(plug.affinity.capacity == 100'000U);
    BOOST_TEST(!plug.resolve_names);
    BOOST_TEST(plug.name == "7001");
    BOOST_TEST(made.exits.usage == 64);
    BOOST_TEST(made.exits.address_in_use == 69);
    BOOST_TEST(made.exits.system == 71);
    BOOST_TEST(made.exits.cannot_create == 73);
    BOOST_TEST(made.exits.permission == 77);
    BOOST_TEST(made.exits.configuration == 78);
}

BOOST_AUTO_TEST_CASE(every_option_has_its_meaning) {
    BOOST_TEST(plug_of("7001 10.0.0.1 --sticky").affinity.enabled);
    BOOST_TEST((plug_of("7001 10.0.0.1 --sticky --sticky-timeout 90s").affinity.timeout == 90s));
    BOOST_TEST(plug_of("7001 10.0.0.1 --sticky --sticky-capacity 5").affinity.capacity == 5U);
    BOOST_TEST((plug_of("7001 10.0.0.1 --max-connections 9").max_connections == 9U));
    BOOST_TEST(plug_of("7001 10.0.0.1 --queue-capacity 0").queue.capacity == 0U);
    BOOST_TEST((plug_of("7001 10.0.0.1 --queue-timeout 90s").queue.timeout == 90s));
    BOOST_TEST((plug_of("7001 10.0.0.1 --first").policy == policy::first));
    BOOST_TEST((plug_of("7001 10.0.0.1 --retry 1500ms").retry == 1500ms));
    BOOST_TEST(!plug_of("7001 10.0.0.1 --retry never").retry.has_value());
    BOOST_TEST((plug_of("7001 10.0.0.1 --connect-timeout 2s").connect_timeout == 2s));
    BOOST_TEST(plug_of("7001 10.0.0.1 --keepalive").keepalive);
    BOOST_TEST(plug_of("7001 10.0.0.1 --source 127.0.0.1").listen.at(0).outgoing == "127.0.0.1");
    BOOST_TEST(plug_of("7001 127.0.0.1:1 --source lo").listen.at(0).outgoing == "lo");
    BOOST_TEST(plug_of("7001 name --resolve").resolve_names);
    BOOST_TEST(run("7001 10.0.0.1 --log-connections").log_connections);
    BOOST_TEST(run("7001 10.0.0.1 --pid-file /run/x").pid_file->string() == typed("/run/x"));
    BOOST_TEST(run("7001 10.0.0.1 --session-log /x/y").session_log->string() == typed("/x/y"));
    BOOST_TEST(run("7001 10.0.0.1 --debug").debug == 1);
    BOOST_TEST(run("7001 10.0.0.1 --debug --debug --debug").debug == 2);
    BOOST_TEST((run("7001 10.0.0.1 --grace 2m").engine.grace == 120s));
    BOOST_TEST((run("7001 10.0.0.1 --grace 0s").engine.grace == 0s));
    BOOST_TEST(!run("7001 10.0.0.1 --grace unlimited").engine.grace.has_value());
    BOOST_TEST(run("7001 10.0.0.1 --threads 4").engine.threads.value() == 4U);
    BOOST_TEST((run("7001 10.0.0.1 --spin 20us").engine.spin == 20us));
}

BOOST_AUTO_TEST_CASE(values_follow_an_equals_sign_or_a_space) {
    BOOST_TEST(run("7001 10.0.0.1 --threads=4").engine.threads.value() == 4U);
    BOOST_TEST(run("--threads 4 7001 --grace=1s 10.0.0.1").engine.threads.value() == 4U);
    BOOST_TEST((run("--threads 4 7001 --grace=1s 10.0.0.1").engine.grace == 1s));
    BOOST_TEST(run("7001 10.0.0.1 --pid-file=/a=b").pid_file->string() == typed("/a=b"));
}

BOOST_AUTO_TEST_CASE(allowed_networks_add_up_with_commas_too) {
    const auto plug = plug_of("7001 10.0.0.1 --allow 10.0.0.0/8,::1 --allow=192.0.2.1");
    BOOST_REQUIRE(plug.allow.size() == 3U);
    BOOST_TEST(plug.allow[1].base.to_string() == "::1");
    BOOST_TEST(plug.allow[2].bits == 32U);
    BOOST_TEST(has(reasons("7001 10.0.0.1 --allow 10.0.0.0/8,"), "--allow : '' is not an address"));
}

BOOST_AUTO_TEST_CASE(sessions_have_limits_where_they_are_set) {
    const auto none = plug_of("7001 10.0.0.1").limits;
    BOOST_TEST((none == plug::session_limits{}));
    const auto set = plug_of("7001 10.0.0.1 --idle-timeout 1h --half-closed-timeout 2min "
                             "--max-session-age 1d --max-session-age-jitter 25%")
                         .limits;
    BOOST_TEST((set == plug::session_limits{1h, 2min, 24h, 0.25}));
    BOOST_TEST(!plug_of("7001 10.0.0.1 --idle-timeout never").limits.idle);
    BOOST_TEST(!plug_of("7001 10.0.0.1 --max-session-age unlimited").limits.age);
}

BOOST_AUTO_TEST_CASE(listen_may_name_an_address_and_the_outgoing_side) {
    const auto plug = plug_of("[::1]:7001/lo [::1]:80");
    BOOST_TEST(plug.listen.at(0).host->to_string() == "::1");
    BOOST_TEST(plug.listen.at(0).outgoing == "lo");
    BOOST_TEST(!plug_of("*:7001 10.0.0.1").listen.at(0).host.has_value());
    BOOST_TEST(!plug_of(":7001 10.0.0.1").listen.at(0).host.has_value());
}

BOOST_AUTO_TEST_CASE(the_source_may_be_named_twice_only_if_it_is_the_same) {
    BOOST_TEST(plug_of("7001/127.0.0.1 10.0.0.1 --source 127.0.0.1").listen.at(0).outgoing ==
               "127.0.0.1");
    BOOST_TEST(plug_of("7001/127.0.0.1 10.0.0.1 --source ::ffff:127.0.0.1").listen.at(0).outgoing ==
               "127.0.0.1");
    BOOST_TEST(has(reasons("7001/127.0.0.1 10.0.0.1 --source 127.0.0.2"),
                   "--source 127.0.0.2: is not what LISTEN says behind the slash, 127.0.0.1"));
    BOOST_TEST(has(reasons("7001/lo 10.0.0.1 --source 127.0.0.1"), "--source 127.0.0.1: "));
}

BOOST_AUTO_TEST_CASE(through_an_https_proxy_names_are_passed_on) {
    const auto plug = plug_of("7001 example.com --via user:secret@10.0.0.9:3128");
    BOOST_TEST(plug.via->credentials == "user:secret");
    BOOST_TEST(to_text(plug.via->server) == "10.0.0.9:3128");
    BOOST_TEST(to_text(plug.targets.at(0).where) == "example.com:7001");
    BOOST_TEST(to_text(plug_of("7001 example.com --via 10.0.0.9").via->server) == "10.0.0.9:80");
    BOOST_TEST(has(reasons("7001 example.com --via proxy"), "proxy:80: is a name"));
    BOOST_TEST(to_text(plug_of("7001 a.example --via proxy --resolve").via->server) == "proxy:80");
}

BOOST_AUTO_TEST_CASE(with_run_it_stays_and_without_it_detaches) {
    struct row {
        const char* line;
        bool detaches;
        bool detaches_supervised;
    };
    for (const auto& [line, detaches, supervised] :
         std::vector<row>{{"7001 10.0.0.1", true, false},
                          {"run 7001 10.0.0.1", false, false},
                          {"7001 10.0.0.1 --foreground", false, false},
                          {"run 7001 10.0.0.1 --foreground", false, false},
                          {"7001 10.0.0.1 --detach", true, true},
                          {"run 7001 10.0.0.1 --detach", true, true},
                          {"7001 10.0.0.1 --session-log -", false, false},
                          {"7001 10.0.0.1 --session-log x", true, false},
                          {"7001 10.0.0.1 --log-to stderr", false, false},
                          {"7001 10.0.0.1 --log-to ./x", true, false},
                          {"7001 10.0.0.1 --debug", true, false}}) {
        BOOST_TEST(run(line, false).detach == detaches, line);
        BOOST_TEST(run(line, true).detach == supervised, line);
    }
    BOOST_TEST(has(reasons("7001 10.0.0.1 --detach --foreground"), "--detach: and --foreground"));
    BOOST_TEST(
        has(reasons("7001 10.0.0.1 --detach --session-log -"), "--detach: and --session-log"));
    BOOST_TEST(has(reasons("7001 10.0.0.1 --detach --log-to stderr"), "--detach: and --log-to"));
}

BOOST_AUTO_TEST_CASE(relative_paths_mean_the_directory_where_it_was_typed) {
    const auto made = run("7001 10.0.0.1 --pid-file x.pid --session-log -");
    BOOST_TEST(made.pid_file->string() == (std::filesystem::current_path() / "x.pid").string());
    BOOST_TEST(made.session_log->string() == "-");
}

BOOST_AUTO_TEST_CASE(each_impossible_argument_is_named_with_the_reason) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"", "LISTEN: is missing"},
        {"run --sticky", "LISTEN: is missing"},
        {"7001", "TARGET: is missing"},
        {"0 10.0.0.1", "0: port '0' is not a number from 1 to 65535"},
        {"-1 10.0.0.1", "-1: port '-1'"},
        {"65536 10.0.0.1", "65536: port"},
        {"12x 10.0.0.1", "12x: port"},
        {"10.0.0.1 10.0.0.2", "10.0.0.1: has no port; write 10.0.0.1:PORT"},
        {"::1:80 10.0.0.2", "::1:80: has no port"},
        {"localhost:80 10.0.0.2", "localhost:80: 'localhost' is not an address in numbers"},
        {"7001 10.0.0.1:0", "10.0.0.1:0: port '0'"},
        {"7001 name", "name:7001: is a name"},
        {"7001 10.1", "10.1: '10.1' is not an IPv4 address"},
        {"7001/nosuchif 10.0.0.1", "nosuchif: is no network interface"},
        {"7001 10.0.0.1 --source 203.0.113.9", "203.0.113.9: is not an address of this machine"},
        {"7001/127.0.0.1 [2001:db8::1]:80", "[2001:db8::1]:80: cannot be reached from the source"},
        {"7001 10.0.0.1 --retry 10", "--retry: '10' has no unit; write 10s"},
        {"7001 10.0.0.1 --retry 0s", "--retry: is out of range"},
        {"7001 10.0.0.1 --retry soon", "--retry: 'soon' is not a duration"},
        {"7001 10.0.0.1 --retry 5us", "--retry: '5us' is too fine"},
        {"7001 10.0.0.1 --grace -5s", "--grace: '-5s' is not a duration"},
        {"7001 10.0.0.1 --grace 3651d", "--grace: '3651d' is longer than ten years"},
        {"7001 10.0.0.1 --connect-timeout 0s", "--connect-timeout: is out of range"},
        {"7001 10.0.0.1 --connect-timeout 5", "--connect-timeout: '5' has no unit; write 5s"},
        {"7001 10.0.0.1 --idle-timeout 0s", "--idle-timeout: is out of range"},
        {"7001 10.0.0.1 --idle-timeout 5", "--idle-timeout: '5' has no unit; write 5s"},
        {"7001 10.0.0.1 --half-closed-timeout x", "--half-closed-timeout: 'x' is not a duration"},
        {"7001 10.0.0.1 --max-session-age 0s", "--max-session-age: is out of range"},
        {"7001 10.0.0.1 --max-session-age-jitter 10", "--max-session-age-jitter: '10' has no"},
        {"7001 10.0.0.1 --spin 20", "--spin: '20' has no unit; write 20us"},
        {"7001 10.0.0.1 --spin 1s", "--spin: is out of range"},
        {"7001 10.0.0.1 --threads 0", "--threads: '0' is not a whole number from 1 to 256"},
        {"7001 10.0.0.1 --threads 257", "--threads: '257'"},
        {"7001 10.0.0.1 --threads two", "--threads: 'two'"},
        {"7001 10.0.0.1 --sticky --sticky-timeout 0s", "--sticky-timeout: is out of range"},
        {"7001 10.0.0.1 --sticky --sticky-timeout 5ms", "--sticky-timeout: '5ms' is too fine"},
        {"7001 10.0.0.1 --sticky --sticky-capacity 0", "--sticky-capacity: '0'"},
        {"7001 10.0.0.1 --max-connections 0", "--max-connections: '0'"},
        {"7001 10.0.0.1 --queue-timeout 0s", "--queue-timeout: is out of range"},
        {"7001 10.0.0.1 --sticky-timeout 1h", "--sticky-timeout: means nothing without --sticky"},
        {"7001 10.0.0.1 --allow 10.0.0.0/33", "--allow 10.0.0.0/33: the number of bits '33'"},
        {"7001 10.0.0.1 --allow ::/129", "--allow ::/129: the number of bits '129'"},
        {"7001 10.0.0.1 --via user@10.0.0.9", "--via: takes user and password"},
        {"7001 10.0.0.1 --via :80", "--via: the address is missing"},
        {"7001 10.0.0.1 --pid-file x --session-log x", "cannot be both the pid file"},
        {"7001 10.0.0.1 --log-to ./x --session-log x", "cannot be the log"},
        {"7001 10.0.0.1 --log-to sylog", "--log-to: is no place for a log"},
        {"7001 10.0.0.1 --session-format json", "--session-format: means nothing without"},
        {"7001 10.0.0.1 --session-format xml --session-log x", "--session-format: is neither"},
        {"127.0.0.1:7001 127.0.0.1", "127.0.0.1:7001: is this plug's own listening address"},
        {"7001 127.0.0.1", "127.0.0.1:7001: is this plug's own listening address"},
        {"7001 10.0.0.1 --first=yes", "--first=yes: is a flag and takes no value"},
        {"7001 10.0.0.1 --first=", "--first=: is a flag and takes no value"},
        {"7001 10.0.0.1 --retry", "--retry: needs a value: DURATION|never"},
        {"7001 10.0.0.1 --retry=", "--retry: needs a value"},
        {"7001 10.0.0.1 --retry --first", "--retry: needs a value"},
        {"--retry -- 7001 10.0.0.1", "--retry: needs a value"},
        {"7001 10.0.0.1 --=5", "--=5: is no option"},
        {"demo --port 65536", "--port: port '65536' is not a number from 1 to 65535"},
        {"demo --seconds 0", "--seconds: '0' is not a whole number of seconds"},
        {"demo 8080", "8080: is not expected"},
        {"demo --grace 5s", "--grace: is no option"},
        {"version 7001", "7001: is not expected"},
        {"help me", "me: is not expected"}};
    for (const auto& [line, reason] : bad) {
        const auto error = refusal(line);
        const auto all = told(error.problems);
        BOOST_TEST(has(all, reason), line << " gave " << all);
        BOOST_TEST(error.exit_code == 64, line);
        BOOST_TEST(error.usage == usage_for(line), line);
        if (line.find("10.0.0.1 --") != std::string::npos) {
            BOOST_TEST(error.problems.size() == 1U, line << " gave " << all);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_option_is_named_with_the_one_that_was_meant) {
    const std::vector<std::pair<std::string, std::string>> meant{
        {"--retyr 5s", "--retry"},
        {"--froeground", "--foreground"},
        {"--foregroun", "--foreground"},
        {"--fore", "--foreground"},
        {"--pidfile x", "--pid-file"},
        {"--session_log x", "--session-log"},
        {"--keep-alive", "--keepalive"},
        {"--thread 4", "--threads"},
        {"--stickytimeout=1h", "--sticky-timeout"},
        {"--log-connection", "--log-connections"}};
    for (const auto& [written, option] : meant) {
        const auto error = refusal("7001 10.0.0.1 " + written);
        BOOST_REQUIRE_MESSAGE(error.problems.size() == 1U, told(error.problems));
        const auto name = written.substr(0, written.find_first_of(" ="));
        BOOST_TEST(error.problems[0].where == name);
        BOOST_TEST(error.problems[0].what == "is no option of plug; did you mean " + option + "?");
    }
    BOOST_TEST(reasons("7001 10.0.0.1 --quux") ==
               "--quux: is no option of plug; see plug --help\n");
}

BOOST_AUTO_TEST_CASE(a_flag_that_was_mistyped_does_not_take_the_next_word) {
    BOOST_TEST(reasons("--stiky 7001 10.0.0.1") ==
               "--stiky: is no option of plug; did you mean --sticky?\n");
}

BOOST_AUTO_TEST_CASE(a_mistyped_or_misplaced_command_is_named) {
    BOOST_TEST(has(reasons("rnu 7001 10.0.0.1"), "rnu: is neither a command nor where to listen"));
    BOOST_TEST(has(reasons("hlep"), "did you mean help?"));
    BOOST_TEST(reasons("--foreground run 7001 10.0.0.1") ==
               "run: is a command and must be the first word\n");
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once) {
    const auto all = reasons("0 10.0.0.1:0 name:80 --retry 5 --quux --grace --threads 0 "
                             "--connect-timeout 0s --foreground --detach --allow 1.2.3.4/33");
    for (const char* part : {"0: port", "10.0.0.1:0: ", "name:80: is a name",
                             "--retry: ", "--quux: ", "--grace: needs a value", "--threads: ",
                             "--connect-timeout: ", "--detach: ", "--allow 1.2.3.4/33: "}) {
        BOOST_TEST(has(all, part), part << " is missing in " << all);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_path_is_refused) {
    const std::vector<std::string> words{"7001", "10.0.0.1", "--pid-file", ""};
    const auto made = parse_command_line(words, false);
    BOOST_REQUIRE(std::holds_alternative<usage_error>(made));
    BOOST_TEST(has(told(std::get<usage_error>(made).problems), "--pid-file: is empty"));
    const std::vector<std::string> empty_target{"7001", ""};
    BOOST_TEST(std::holds_alternative<usage_error>(parse_command_line(empty_target, false)));
}

BOOST_AUTO_TEST_CASE(beside_a_file_a_line_says_nothing_about_a_plug) {
    BOOST_TEST(reasons("run --config x --sticky --threads 2 7001") ==
               "7001: is not expected beside --config; the file says where to listen, and the "
               "targets\n--sticky: describes a plug, and beside --config the file does that; write "
               "it there\n");
    BOOST_TEST(reasons("--config") == "--config: needs a value: FILE\n"
                                      "LISTEN: is missing; write where to listen, such as 443 or "
                                      "10.0.0.1:443\n"
                                      "TARGET: is missing; write at least one, such as "
                                      "10.0.0.2:443\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_used_is_no_usage_error) {
    for (const char* line : {"run --config no/such", "--config no/such", "check no/such"}) {
        const auto made = parse(line);
        const auto* error = std::get_if<file_error>(&made);
        BOOST_REQUIRE_MESSAGE(error != nullptr, line);
        BOOST_TEST(error->report == "no/such: cannot be read: No such file or directory\n");
        BOOST_TEST(error->exit_code == 78);
    }
}

BOOST_AUTO_TEST_CASE(check_and_config_take_one_file) {
    for (const std::string name : {"check", "config"}) {
        BOOST_TEST(reasons(name + " a b c") ==
                   "b: is one file too many\nc: is one file too many\n");
        BOOST_TEST(has(reasons(name + " --threads 2 a"), "--threads: is no option of plug"));
        BOOST_TEST(printed(name + " --help") == help_text_of(*find_command(name)));
    }
    BOOST_TEST(has(reasons("config --live a"), "--live: is no option of plug"));
    BOOST_TEST(reasons("check --live a b") == "b: is one file too many\n");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_name_is_told) {
    for (const std::string name : {"check", "config"}) {
        const auto made = parse_command_line(std::vector<std::string>{name, ""}, false);
        const auto* error = std::get_if<usage_error>(&made);
        BOOST_REQUIRE(error != nullptr);
        BOOST_TEST(told(error->problems) == "FILE: is empty; write the path of a file\n");
    }
}

BOOST_AUTO_TEST_CASE(ten_thousand_targets_are_read) {
    std::string line = "run 7001";
    for (int i = 0; i < 10'000; ++i) {
        line += " 10.0." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250);
    }
    BOOST_TEST(plug_of(line).targets.size() == 10'000U);
}

BOOST_AUTO_TEST_CASE(demo_takes_a_port_and_a_time) {
    const auto plain = demo("");
    BOOST_TEST(plain.port == 8080);
    BOOST_TEST(!plain.seconds.has_value());
    const auto said = demo("--port 9000 --seconds=20");
    BOOST_TEST(said.port == 9000);
    BOOST_TEST((said.seconds == 20s));
    BOOST_TEST(demo("--port 0").port == 0); // any free port
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed_however_they_are_asked_for) {
    for (const char* line : {"--help", "help", "7001 --quux --help", "--pid-file --help"}) {
        BOOST_TEST(printed(line) == help_text(), line);
    }
    for (const auto* row : commands()) {
        const std::string name(row->name);
        BOOST_TEST(printed("help " + name) == help_text_of(*row), name);
        BOOST_TEST(printed(name + " --quux --help") == help_text_of(*row), name);
    }
    for (const char* line : {"--version", "version", "run --version"}) {
        BOOST_TEST(printed(line) == "Plugdaemon 3.0.0\n", line);
    }
}

BOOST_AUTO_TEST_CASE(help_starts_with_examples_and_tells_every_option_in_80_columns) {
    const auto help = help_text();
    BOOST_TEST(help.starts_with("Examples:\n"));
    for (const auto& option : long_options()) {
        BOOST_TEST(has(help, "\n  --" + std::string(option.form.name)), option.form.name);
    }
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        BOOST_TEST(line.size() <= 80U, line);
    }
    BOOST_TEST(help.ends_with("Read more: man plug, or the README.\n"));
}

BOOST_AUTO_TEST_CASE(the_examples_of_help_are_good_lines) {
    std::istringstream lines(help_text());
    int examples = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("      plug ")) {
            continue;
        }
        if (has(line, "plug.toml")) { // there is none here
            continue;
        }
        std::erase(line, '\'');
        const auto made = parse(line.substr(11));
        BOOST_TEST(!std::holds_alternative<usage_error>(made), line);
        ++examples;
    }
    BOOST_TEST(examples == 6);
}

BOOST_AUTO_TEST_SUITE_END()
