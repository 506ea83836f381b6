// What the command that was typed says and ends with: exit codes, reasons, help, conversion.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

struct outcome {
    int exit_code;
    std::string output;
    std::string errors;
};

outcome run(const words& line, start_options conditions = {}) {
    program typed(line, std::move(conditions));
    const int code = typed.exit_code();
    BOOST_TEST(eventually([&] { return !typed.is_alive(); }), "something was left running");
    return {code, typed.output(), typed.errors()};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A line that cannot be used, and the argument that its first line must name.
struct bad_line {
    words line;
    std::string named;
};

std::ostream& operator<<(std::ostream& out, const bad_line& bad) {
    for (const auto& word : bad.line)
        out << word << ' ';
    return out;
}

const std::vector<bad_line> bad_lines_2x{
    {{"-n"}, "port"},
    {{"-n", "8080"}, "target"},
    {{"-n", "0", "127.0.0.1"}, "0"},
    {{"-n", "65536", "127.0.0.1"}, "65536"},
    {{"-n", "http", "127.0.0.1"}, "http"},
    {{"-n", "80x", "127.0.0.1"}, "80x"},
    {{"-n", "8080", "127.0.0.1:0"}, "127.0.0.1:0"},
    {{"-n", "8080", "127.0.0.1:70000"}, "127.0.0.1:70000"},
    {{"-n", "8080", "127.0.0.256"}, "127.0.0.256"},
    {{"-n", "8080", "127.0.0"}, "127.0.0"},
    {{"-n", "8080", "example.org"}, "example.org"},
    {{"-n", "-i", "10.0.0", "8080", "127.0.0.1:1"}, "10.0.0"},
    {{"-n", "-i", "localhost", "8080", "127.0.0.1:1"}, "localhost"},
    {{"-n", "-p", "1.2.3.4.5", "8080", "127.0.0.1:1"}, "1.2.3.4.5"},
    {{"-n", "-a", "10.0.0.0/33", "8080", "127.0.0.1:1"}, "10.0.0.0/33"},
    {{"-n", "-a", "10.0.0.300", "8080", "127.0.0.1:1"}, "10.0.0.300"},
    {{"-n", "-a", "::1/129", "8080", "127.0.0.1:1"}, "::1/129"},
    {{"-n", "-t", "soon", "-f", "8080", "127.0.0.1:1"}, "soon"},
    {{"-n", "-t", "-5", "-f", "8080", "127.0.0.1:1"}, "-5"},
    {{"-n", "-r", "1.5.5", "8080", "127.0.0.1:1"}, "1.5.5"},
    {{"-n", "-h", "127.0.0.1:99999", "8080", "127.0.0.1:1"}, "127.0.0.1:99999"},
    {{"-n", "8080", "127.0.0.1:1", "-P"}, "-P"},
    {{"-n", "8080", "127.0.0.1:1", "-q"}, "-q"},
    {{"-nq", "8080", "127.0.0.1:1"}, "q"},
    {{"-n", "--sticky", "8080", "127.0.0.1:1"}, "--sticky"},
};

const std::vector<bad_line> bad_lines_3{
    {{"run", "--sticky"}, "LISTEN"},
    {{"run", "8080"}, "TARGET"},
    {{"run", "0", "127.0.0.1:1"}, "0"},
    {{"run", "65536", "127.0.0.1:1"}, "65536"},
    {{"run", "*:", "127.0.0.1:1"}, "*:"},
    {{"run", "1.2.3.4.5:80", "127.0.0.1:1"}, "1.2.3.4.5:80"},
    {{"run", "[::1:80", "127.0.0.1:1"}, "[::1:80"},
    {{"run", "8080/no-such-interface", "127.0.0.1:1"}, "no-such-interface"},
    {{"run", "8080", "127.0.0.1:0"}, "127.0.0.1:0"},
    {{"run", "8080", "127.0.0.1:70000"}, "127.0.0.1:70000"},
    {{"run", "8080", "web.example:80"}, "web.example"},
    {{"run", "8080", "127.0.0.1:1", "--stiky"}, "--sticky"},
    {{"run", "8080", "127.0.0.1:1", "--retry", "10parsecs"}, "10parsecs"},
    {{"run", "8080", "127.0.0.1:1", "--threads", "0"}, "--threads"},
    {{"run", "8080", "127.0.0.1:1", "--threads", "many"}, "--threads"},
    {{"run", "8080", "127.0.0.1:1", "--grace", "-1s"}, "--grace"},
    {{"run", "8080", "127.0.0.1:1", "--connect-timeout", "0s"}, "--connect-timeout"},
    {{"run", "8080", "127.0.0.1:1", "--allow", "10.0.0.0/40"}, "10.0.0.0/40"},
    {{"run", "8080", "127.0.0.1:1", "--source", "nowhere!"}, "nowhere!"},
    {{"run", "8080", "127.0.0.1:1", "--pid-file"}, "--pid-file"},
    {{"run", "8080", "127.0.0.1:1", "--foreground", "--detach"}, "--detach"},
    {{"run", "8080", "127.0.0.1:1", "-k"}, "-k"},
    {{"rnu", "8080", "127.0.0.1:1"}, "run"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_DATA_TEST_CASE(a_bad_2x_line_ends_with_5_or_64_and_names_the_argument_then_shows_usage,
                     data::make(bad_lines_2x), bad) {
    const auto said = run(bad.line);
    // A line that is neither 2.x nor 3.0 is told in 3.0's terms.
    const bool is_mixed = bad.named.starts_with("--");
    BOOST_TEST(said.exit_code == (is_mixed ? 64 : 5), said.errors);
    BOOST_TEST(contains(first_line(said.errors), bad.named), first_line(said.errors));
    BOOST_TEST(contains(said.errors, "\n"));
    BOOST_TEST(count_matches(said.errors, "[Uu]sage") >= 1U);
    BOOST_TEST(said.output == "");
}

BOOST_DATA_TEST_CASE(a_bad_3_line_ends_with_64_and_names_the_argument_then_shows_usage,
                     data::make(bad_lines_3), bad) {
    const auto said = run(bad.line);
    BOOST_TEST(said.exit_code == 64, said.errors);
    BOOST_TEST(contains(first_line(said.errors), bad.named), first_line(said.errors));
    BOOST_TEST(count_matches(said.errors, "[Uu]sage") >= 1U);
    BOOST_TEST(said.output == "");
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once) {
    const auto said =
        run({"run", "70000", "127.0.0.300:1", "--threads", "0", "--retry", "never-ever"});
    BOOST_TEST(said.exit_code == 64);
    for (const auto* named : {"70000", "127.0.0.300", "--threads", "never-ever"})
        BOOST_TEST(contains(said.errors, named), named << " in " << said.errors);
}

BOOST_AUTO_TEST_CASE(a_line_of_both_kinds_is_refused_and_one_of_each_is_named) {
    const auto said = run({"-k", "8080", "127.0.0.1:1", "--sticky"});
    BOOST_TEST(said.exit_code == 64);
    BOOST_TEST(contains(first_line(said.errors), "-k"));
    BOOST_TEST(contains(first_line(said.errors), "--sticky"));
}

BOOST_AUTO_TEST_CASE(a_bad_line_starts_nothing) {
    const std::uint16_t port = reserve_port();
    temporary_directory directory;
    const auto pid_file = directory / "plug.pid";
    const auto session_file = directory / "sessions";
    program typed({"-P", pid_file, "-S", session_file, std::to_string(port), "127.0.0.1:99999"});
    BOOST_TEST(typed.exit_code() == 5);
    BOOST_TEST(eventually([&] { return !typed.is_alive(); }));
    BOOST_TEST(listening_sockets(port) == 0U);
    BOOST_TEST(!std::filesystem::exists(pid_file));
    BOOST_TEST(!std::filesystem::exists(session_file));
}

BOOST_AUTO_TEST_CASE(version_is_printed_in_every_form) {
    for (const words& line : {words{"-V"}, words{"--version"}, words{"version"}}) {
        const auto said = run(line);
        BOOST_TEST(said.exit_code == 0);
        BOOST_TEST(count_matches(said.output, "Plugdaemon 3\\.0\\.0") == 1U, said.output);
        BOOST_TEST(said.errors == "");
    }
}

BOOST_AUTO_TEST_CASE(help_starts_with_examples) {
    for (const words& line : {words{"--help"}, words{"help"}}) {
        const auto said = run(line);
        BOOST_TEST(said.exit_code == 0);
        BOOST_TEST(said.errors == "");
        const auto examples = said.output.find("xample");
        BOOST_TEST(examples < said.output.find("--sticky-timeout"));
        BOOST_TEST(examples < 200U);
        for (const auto* option :
             {"--sticky", "--sticky-timeout", "--first", "--retry", "--keepalive",
              "--log-connections", "--pid-file", "--session-log", "--source", "--allow", "--via",
              "--foreground", "--detach", "--debug", "--grace", "--connect-timeout", "--threads",
              "--resolve"})
            BOOST_TEST(contains(said.output, option), option);
    }
}

BOOST_AUTO_TEST_CASE(convert_prints_the_3_line_that_does_the_same) {
    const auto said =
        run({"convert", "--to", "command-line", "--", "-nlkf", "-t", "60", "-r20", "-a",
             "10.0.0.0/8", "-i127.0.0.1", "-p", "127.0.0.2", "8080", "10.0.0.1", "10.0.0.2:81"});
    BOOST_TEST(said.exit_code == 0, said.errors);
    for (const auto* part : {"plug", "127.0.0.1:8080", "10.0.0.1", "10.0.0.2:81", "--foreground",
                             "--sticky", "--sticky-timeout", "--retry", "--log-connections",
                             "--keepalive", "--allow 10.0.0.0/8", "127.0.0.2"})
        BOOST_TEST(contains(said.output, part), part << " in " << said.output);
    BOOST_TEST(count_matches(said.output, " -[a-zA-Z]") == 0U, said.output);
}

BOOST_AUTO_TEST_CASE(what_convert_prints_runs) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    const auto said = run({"convert", "--to", "command-line", "--", "-n", "-o", "-i", "127.0.0.1",
                           std::to_string(port), target.address()});
    BOOST_TEST(said.exit_code == 0);
    words line;
    std::istringstream split(said.output);
    for (std::string word; split >> word;)
        line.push_back(word);
    BOOST_REQUIRE(line.size() > 1);
    line.erase(line.begin());
    running_plug plug(port, line);
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_told_on_the_terminal) {
    listener other;
    const std::string port = std::to_string(other.port());
    struct expected {
        words line;
        int exit_code;
    };
    std::vector<expected> forms{
        {{"-n", "-i", "127.0.0.1", port, "127.0.0.1:1"}, 4},
        {{"-i", "127.0.0.1", port, "127.0.0.1:1"}, 4},
        {{"run", "127.0.0.1:" + port, "127.0.0.1:1"}, 69},
        {{"127.0.0.1:" + port, "127.0.0.1:1"}, 69},
    };
    if (!runs_in_wine())
        forms.push_back({{"127.0.0.1:" + port, "127.0.0.1:1", "--detach"}, 69});
    for (const auto& form : forms) {
        const auto said = run(form.line);
        BOOST_TEST(said.exit_code == form.exit_code, form.line.front());
        BOOST_TEST(contains(first_line(said.errors), port), said.errors);
        // The number is WSAEADDRINUSE, for which Wine has no text.
        BOOST_TEST(count_matches(said.errors, "in use|\\(10048\\)") == 1U, said.errors);
        BOOST_TEST(count_matches(said.errors, "\n") == 1U, said.errors);
    }
}

BOOST_AUTO_TEST_CASE(a_port_that_another_plug_serves_is_refused) {
    named_server target("target");
    auto plug = start_plug({target.address()});
    const auto said =
        run({"run", join("127.0.0.1", plug.port()), target.address(), "--threads", "4"});
    BOOST_TEST(said.exit_code == 69);
    BOOST_TEST(ask_name(plug.port()) == "target");
}

BOOST_AUTO_TEST_CASE(
    an_address_that_this_machine_does_not_have_is_refused,
    *boost::unit_test::precondition(is_root) *
        not_in_wine("Wine makes sockets in its server, which stays in its own network")) {
    in_own_network([] {
        const auto said = run({"run", "10.9.8.7:8080", "127.0.0.1:1"});
        BOOST_TEST((said.exit_code == 71 || said.exit_code == 78), said.exit_code);
        BOOST_TEST(contains(said.errors, "10.9.8.7"));
    });
}

BOOST_AUTO_TEST_CASE(
    a_port_that_one_may_not_take_is_told_with_77,
    *boost::unit_test::precondition(is_root) *
        not_in_wine("Wine makes sockets in its server, which stays in its own network")) {
    in_own_network([] {
        const auto said = run({"run", "127.0.0.1:80", "127.0.0.1:1"}, {.without_privileges = true});
        BOOST_TEST(said.exit_code == 77, said.errors);
        BOOST_TEST(contains(first_line(said.errors), "80"));
        const auto old =
            run({"-n", "-i127.0.0.1", "80", "127.0.0.1:1"}, {.without_privileges = true});
        BOOST_TEST(old.exit_code == 4, old.errors);
    });
}

BOOST_AUTO_TEST_CASE(a_pid_file_that_cannot_be_made_is_told_with_73_and_nothing_listens) {
    const std::uint16_t port = reserve_port();
    const auto said = run({"run", join("127.0.0.1", port), "127.0.0.1:1", "--pid-file",
                           "/no/such/directory/plug.pid"});
    BOOST_TEST(said.exit_code == 73, said.errors);
    BOOST_TEST(contains(first_line(said.errors), as_told("/no/such/directory/plug.pid")));
    BOOST_TEST(listening_sockets(port) == 0U);
    const auto old =
        run({"-P", "/no/such/directory/plug.pid", std::to_string(port), "127.0.0.1:1"});
    BOOST_TEST(old.exit_code == 4, old.errors);
    BOOST_TEST(contains(old.errors, as_told("/no/such/directory/plug.pid")));
}

BOOST_AUTO_TEST_CASE(a_line_without_options_is_3_and_detaches,
                     *posix_only("Windows has no daemons")) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    program typed({std::to_string(port), target.address()});
    BOOST_TEST(typed.exit_code() == 0, typed.errors());
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(typed.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_word_run_stays_in_the_foreground) {
    named_server target("target");
    auto plug = start_plug({target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(!plug.exit_code_within(0ms).has_value());
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_supervisor_keeps_it_in_the_foreground) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    running_plug plug(port, {std::to_string(port), target.address()},
                      {.environment = {"NOTIFY_SOCKET=/no/such/socket"}});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(!plug.exit_code_within(0ms).has_value());
}

BOOST_AUTO_TEST_CASE(every_form_of_listen_serves_both_families) {
    named_server target("target");
    for (const std::string prefix : {"", ":", "*:"}) {
        const std::uint16_t port = reserve_port();
        running_plug plug(port, {"run", prefix + std::to_string(port), target.address()});
        BOOST_TEST(ask_name(port) == "target");
        BOOST_TEST(ask_name(port, {}, "::1") == "target");
    }
}

BOOST_AUTO_TEST_CASE(a_bracketed_address_listens_on_ipv6_alone) {
    named_server target("target", "::1");
    const std::uint16_t port = reserve_port();
    running_plug plug(port, {"run", join("::1", port), target.address()});
    BOOST_TEST(ask_name(port, {}, "::1") == "target");
    BOOST_CHECK_THROW(stream::connect("127.0.0.1", port), std::system_error);
}

BOOST_AUTO_TEST_CASE(
    all_addresses_means_ipv4_alone_where_ipv6_is_off,
    *boost::unit_test::precondition(is_root) *
        not_in_wine("Wine makes sockets in its server, which stays in its own network")) {
    in_own_network([] {
        std::ofstream("/proc/sys/net/ipv6/conf/all/disable_ipv6") << 1 << std::flush;
        std::ofstream("/proc/sys/net/ipv6/conf/lo/disable_ipv6") << 1 << std::flush;
        named_server target("target");
        const std::uint16_t port = 8080;
        running_plug plug(port, {"run", "8080", target.address()});
        BOOST_TEST(ask_name(port) == "target");
    });
}

BOOST_AUTO_TEST_CASE(the_part_behind_the_slash_is_the_outgoing_side) {
    named_server target("target");
    for (const std::string outgoing : {"127.0.0.9", "lo"}) {
        const std::uint16_t port = reserve_port();
        running_plug plug(port,
                          {"run", join("127.0.0.1", port) + "/" + outgoing, target.address()});
        BOOST_TEST(ask_name(port) == "target");
    }
    BOOST_TEST(target.client_hosts().contains("127.0.0.9"));
}

BOOST_AUTO_TEST_SUITE_END()
