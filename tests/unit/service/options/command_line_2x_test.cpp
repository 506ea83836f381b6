#include "tests/unit/service/options/line_support.hpp"

#include <filesystem>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

/// How an absolute path of Unix comes out here: Windows puts its drive in front.
static std::string typed(const char* path) { return std::filesystem::absolute(path).string(); }

BOOST_AUTO_TEST_SUITE(command_line_2x)

BOOST_AUTO_TEST_CASE(what_is_not_said_is_as_in_2x) {
    const auto made = run("-l 7001 10.0.0.1:80");
    const auto& plug = made.engine.plugs.at(0);
    BOOST_TEST(made.detach);
    BOOST_TEST(made.debug == 0);
    BOOST_TEST(!made.pid_file.has_value());
    BOOST_TEST(!made.session_log.has_value());
    BOOST_TEST(!made.engine.grace.has_value());
    BOOST_TEST(!made.engine.threads);
    BOOST_TEST(!plug.retry.has_value());
    BOOST_TEST(!plug.affinity.enabled);
    BOOST_TEST((plug.affinity.timeout == 3600s));
    BOOST_TEST((plug.policy == policy::round_robin));
    BOOST_TEST(!plug.keepalive);
    BOOST_TEST(plug.allow.empty());
    BOOST_TEST(!plug.via.has_value());
    BOOST_TEST(plug.name == "7001");
    BOOST_TEST(!plug.listen.at(0).host.has_value());
    BOOST_TEST(made.exits.usage == 5);
    BOOST_TEST(made.exits.configuration == 5);
    for (const int fatal : {made.exits.address_in_use, made.exits.system, made.exits.cannot_create,
                            made.exits.permission}) {
        BOOST_TEST(fatal == 4);
    }
}

BOOST_AUTO_TEST_CASE(every_flag_has_its_meaning) {
    BOOST_TEST(!run("-n 7001 10.0.0.1").detach);
    BOOST_TEST(run("-l 7001 10.0.0.1").log_connections);
    BOOST_TEST(!run("-n 7001 10.0.0.1").log_connections);
    BOOST_TEST(plug_of("-f 7001 10.0.0.1").affinity.enabled);
    BOOST_TEST((plug_of("-f -t 60 7001 10.0.0.1").affinity.timeout == 60s));
    BOOST_TEST((plug_of("-o 7001 10.0.0.1").policy == policy::first));
    BOOST_TEST((plug_of("-r 30 7001 10.0.0.1").retry == 30s));
    BOOST_TEST(plug_of("-k 7001 10.0.0.1").keepalive);
    BOOST_TEST(run("-P /run/x.pid 7001 10.0.0.1").pid_file->string() == typed("/run/x.pid"));
    BOOST_TEST(run("-S /var/x.log 7001 10.0.0.1").session_log->string() == typed("/var/x.log"));
    BOOST_TEST(plug_of("-i 127.0.0.1 7001 10.0.0.1").listen.at(0).host->to_string() == "127.0.0.1");
    BOOST_TEST(plug_of("-p 127.0.0.1 7001 10.0.0.1").listen.at(0).outgoing == "127.0.0.1");
    BOOST_TEST(to_text(plug_of("-h 10.0.0.9:3128 7001 10.0.0.1").via->server) == "10.0.0.9:3128");
    BOOST_TEST(plug_of("-a 10.0.0.0/8 -a ::1 7001 10.0.0.1").allow.size() == 2U);
}

BOOST_AUTO_TEST_CASE(debug_counts_and_implies_the_foreground) {
    BOOST_TEST(run("-d 7001 10.0.0.1").debug == 1);
    BOOST_TEST(!run("-d 7001 10.0.0.1").detach);
    BOOST_TEST(run("-dd 7001 10.0.0.1").debug == 2);
    BOOST_TEST(run("-d 7001 -d 10.0.0.1 -d").debug == 2);
}

BOOST_AUTO_TEST_CASE(a_session_log_on_standard_output_implies_the_foreground) {
    for (const char* line : {"-S - 7001 10.0.0.1", "-S- 7001 10.0.0.1", "-lS - 7001 10.0.0.1"}) {
        const auto made = run(line);
        BOOST_TEST(!made.detach, line);
        BOOST_TEST(made.session_log->string() == "-", line);
    }
    BOOST_TEST(run("-S x.log 7001 10.0.0.1").detach);
}

BOOST_AUTO_TEST_CASE(a_supervisor_keeps_it_in_the_foreground) {
    BOOST_TEST(!run("-l 7001 10.0.0.1", true).detach);
    BOOST_TEST(run("-l 7001 10.0.0.1", false).detach);
}

BOOST_AUTO_TEST_CASE(flags_bundle_and_values_are_attached_or_next) {
    for (const char* line : {"-nlk -i127.0.0.1 -P/run/x.pid 7001 10.0.0.1",
                             "-nlki127.0.0.1 -P /run/x.pid 7001 10.0.0.1",
                             "-n -l -k -i 127.0.0.1 7001 10.0.0.1 -P/run/x.pid",
                             "7001 -nl 10.0.0.1 -ki 127.0.0.1 -P /run/x.pid",
                             "7001 10.0.0.1 -nlkP/run/x.pid -i127.0.0.1",
                             "-i 127.0.0.1 7001 -P /run/x.pid 10.0.0.1 -knl"}) {
        const auto made = run(line);
        const auto& plug = made.engine.plugs.at(0);
        BOOST_TEST(!made.detach, line);
        BOOST_TEST(made.log_connections, line);
        BOOST_TEST(plug.keepalive, line);
        BOOST_TEST(plug.listen.at(0).host->to_string() == "127.0.0.1", line);
        BOOST_TEST(made.pid_file->string() == typed("/run/x.pid"), line);
        BOOST_REQUIRE(plug.targets.size() == 1U);
        BOOST_TEST(to_text(plug.targets[0].where) == "10.0.0.1:7001", line);
    }
}

BOOST_AUTO_TEST_CASE(a_target_without_a_port_takes_the_source_port) {
    const auto plug = plug_of("-n 7001 10.0.0.1 10.0.0.2:80 2001:db8::1 [::1]:80 10.0.0.1");
    std::string all;
    for (const auto& target : plug.targets) {
        all += to_text(target.where) + " ";
    }
    BOOST_TEST(all == "10.0.0.1:7001 10.0.0.2:80 [2001:db8::1]:7001 [::1]:80 10.0.0.1:7001 ");
}

BOOST_AUTO_TEST_CASE(relative_paths_mean_the_directory_where_it_was_typed) {
    const auto made = run("-P run/x.pid -S ../x.log 7001 10.0.0.1");
    const auto here = std::filesystem::current_path();
    BOOST_TEST(made.pid_file->string() == (here / "run" / "x.pid").string());
    BOOST_TEST(made.session_log->string() == (here.parent_path() / "x.log").string());
}

BOOST_AUTO_TEST_CASE(an_https_proxy_has_port_80_and_no_user_unless_said) {
    const auto plain = plug_of("-h 10.0.0.9 7001 10.0.0.1").via;
    BOOST_TEST(to_text(plain->server) == "10.0.0.9:80");
    BOOST_TEST(plain->credentials.empty());
    const auto with_user = plug_of("-huser:pa@ss@[::1]:3128 7001 10.0.0.1").via;
    BOOST_TEST(to_text(with_user->server) == "[::1]:3128");
    BOOST_TEST(with_user->credentials == "user:pa@ss");
}

BOOST_AUTO_TEST_CASE(only_behind_an_https_proxy_may_a_target_be_a_name) {
    const auto plug = plug_of("-h 10.0.0.9 7001 example.com example.org:443");
    BOOST_TEST(to_text(plug.targets.at(0).where) == "example.com:7001");
    BOOST_TEST(to_text(plug.targets.at(1).where) == "example.org:443");
    BOOST_TEST(!plug.resolve_names);
    BOOST_TEST(has(reasons("-n 7001 example.com"), "example.com:7001: is a name"));
    BOOST_TEST(has(reasons("-h proxy.example 7001 example.com"), "proxy.example:80: is a name"));
}

BOOST_AUTO_TEST_CASE(the_idle_time_of_clients_means_nothing_without_stickiness) {
    BOOST_TEST((plug_of("-t 60 7001 10.0.0.1").affinity.timeout == 3600s));
    BOOST_TEST((plug_of("-t60 7001 10.0.0.1 -f").affinity.timeout == 60s));
}

BOOST_AUTO_TEST_CASE(the_version_is_printed_whatever_else_is_said) {
    BOOST_TEST(printed("-V") == "Plugdaemon 3.0.0\n");
    BOOST_TEST(printed("-nV 7001 10.0.0.1") == "Plugdaemon 3.0.0\n");
}

BOOST_AUTO_TEST_CASE(each_impossible_argument_is_named_with_the_reason) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"-n 0 10.0.0.1", "0: source port '0' is not a number from 1 to 65535"},
        {"-n 65536 10.0.0.1", "65536: source port"},
        {"-n abc 10.0.0.1", "abc: source port"},
        {"-n 12x 10.0.0.1", "12x: source port"},
        {"-n 10.0.0.1:80 10.0.0.1", "10.0.0.1:80: source port"},
        {"-n -1 10.0.0.1", "-1: is no option of the 2.x command line"},
        {"-n", "port: is missing"},
        {"-n 7001", "target: is missing"},
        {"-n 7001 10.0.0.1:0", "10.0.0.1:0: port '0'"},
        {"-n 7001 10.0.0.1:", "10.0.0.1:: port ''"},
        {"-n 7001 10.0.0.1:99999", "10.0.0.1:99999: port '99999'"},
        {"-n 7001 010.0.0.1", "010.0.0.1: '010.0.0.1' is ambiguous"},
        {"-n 7001 10.1", "10.1: '10.1' is not an IPv4 address"},
        {"-n 7001 0.0.0.0", "0.0.0.0:7001: is not the address of one host"},
        {"-i host 7001 10.0.0.1", "-i host: 'host' is not an address in numbers"},
        {"-i 10.1 7001 10.0.0.1", "-i 10.1: "},
        {"-i 224.0.0.1 7001 10.0.0.1", "224.0.0.1: is a multicast"},
        {"-p eth0 7001 10.0.0.1", "-p eth0: 'eth0' is not an address in numbers"},
        {"-p 127.0.0.1 7001 ::2", "[::2]:7001: cannot be reached from the source 127.0.0.1"},
        {"-p 203.0.113.9 7001 10.0.0.1", "203.0.113.9: is not an address of this machine"},
        {"-a 10.0.0.0/33 7001 10.0.0.1", "-a 10.0.0.0/33: the number of bits '33'"},
        {"-a ::/129 7001 10.0.0.1", "-a ::/129: the number of bits '129'"},
        {"-a host 7001 10.0.0.1", "-a host: "},
        {"-t 0 7001 10.0.0.1", "-t 0: '0' is not a whole number of seconds"},
        {"-t 5m 7001 10.0.0.1", "-t 5m: "},
        {"-t -5 7001 10.0.0.1", "-t -5: "},
        {"-r 0 7001 10.0.0.1", "-r 0: "},
        {"-r 99999999999999999999 7001 10.0.0.1", "-r 99999999999999999999: "},
        {"-r 315360001 7001 10.0.0.1", "-r 315360001: "},
        {"-h 10.0.0.9:0 7001 10.0.0.1", "-h 10.0.0.9:0: port '0'"},
        {"-h user@10.0.0.9 7001 10.0.0.1", "-h user@10.0.0.9: takes user and password"},
        {"-i 127.0.0.1 7001 127.0.0.1", "127.0.0.1:7001: is this plug's own listening address"},
        {"-n 7001 127.0.0.3", "127.0.0.3:7001: is this plug's own listening address"},
        {"-P x -S x 7001 10.0.0.1", "cannot be both the pid file and the session log"},
        {"7001 10.0.0.1 -i", "-i: needs a value: the address to listen on"},
        {"-i -n 7001 10.0.0.1", "-i: needs a value"},
        {"7001 10.0.0.1 -nP", "-P: needs a value"},
        {"-x 7001 10.0.0.1", "-x: is no option of the 2.x command line"},
        {"-nN 7001 10.0.0.1", "-N: is no option of the 2.x command line; did you mean -n?"}};
    for (const auto& [line, reason] : bad) {
        const auto error = refusal(line);
        const auto all = told(error.problems);
        BOOST_TEST(has(all, reason), line << " gave " << all);
        BOOST_TEST(error.exit_code == 5, line);
        BOOST_TEST(error.usage.starts_with("usage: plug [-V"), line);
    }
}

BOOST_AUTO_TEST_CASE(one_fault_gives_one_reason) {
    for (const char* line :
         {"-n 0 10.0.0.1", "-n 7001 10.0.0.1:0", "-i host 7001 10.0.0.1", "-x 7001 10.0.0.1",
          "7001 10.0.0.1 -P", "-n 7001", "-r 0 7001 10.0.0.1"}) {
        BOOST_TEST(refusal(line).problems.size() == 1U, line << " gave " << reasons(line));
    }
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once) {
    const auto all = reasons("-x -a 10.0.0.0/33 -t 0 -i host 0 10.0.0.1:0 name:80 -P");
    for (const char* part : {"-x: ", "-a 10.0.0.0/33: ", "-t 0: ", "-i host: ", "0: source port",
                             "10.0.0.1:0: ", "name:80: is a name", "-P: needs a value"}) {
        BOOST_TEST(has(all, part), part << " is missing in " << all);
    }
}

BOOST_AUTO_TEST_SUITE_END()
