// Every flag of the 2.x command line, one case each.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/https_proxy.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>

using namespace plug::test;

namespace {

std::set<std::string> distinct(const words& names) { return {names.begin(), names.end()}; }

/// Whether a client from `source` gets to the target.
bool is_let_in(std::uint16_t port, const std::string& source,
               const std::string& host = "127.0.0.1") {
    stream client = stream::connect(host, port, {.source = source});
    return client.receive_some() == "target\n";
}

const std::string record =
    R"(^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] plug\[\d+\] \S+ 127\.0\.0\.1 127\.0\.0\.1:\d+ \d+ \d+ \d+$)";

} // namespace

BOOST_AUTO_TEST_SUITE(flags_2x)

BOOST_AUTO_TEST_CASE(V_prints_program_and_version) {
    program typed({"-V"});
    BOOST_TEST(typed.exit_code() == 0);
    BOOST_TEST(count_matches(typed.output(), "^Plugdaemon 3\\.0\\.0") == 1U);
}

BOOST_AUTO_TEST_CASE(n_stays_in_the_foreground_with_errors_on_standard_error) {
    const std::string bad = closed_address();
    auto plug = start_plug_2x({}, {bad});
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    BOOST_TEST(plug.says(literally(bad) + ".*refused"));
    BOOST_TEST(!plug.exit_code_within(0ms).has_value());
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(without_n_it_detaches_and_the_command_ends_when_the_port_listens,
                     *posix_only("Windows has no daemons")) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    program typed({"-l", std::to_string(port), target.address()});
    BOOST_TEST(typed.exit_code() == 0, typed.errors());
    BOOST_TEST(listening_sockets(port) >= 1U);
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(typed.stop() == 0);
}

BOOST_AUTO_TEST_CASE(d_writes_debug_output_and_stays_in_the_foreground) {
    named_server target("target");
    const auto size_of_log = [&](const words& flags) {
        const std::uint16_t port = reserve_port();
        running_plug plug(port, together(flags, {std::to_string(port), target.address()}));
        for (int i = 0; i < 5; ++i)
            BOOST_TEST(ask_name(port) == "target");
        BOOST_TEST(!plug.exit_code_within(0ms).has_value());
        BOOST_TEST(plug.stop() == 0);
        return plug.errors().size();
    };
    const auto none = size_of_log({"-n"});
    const auto debug = size_of_log({"-d"});
    const auto trace = size_of_log({"-dd"});
    BOOST_TEST(none < debug);
    BOOST_TEST(debug < trace);
    BOOST_TEST(size_of_log({"-d", "-d"}) > debug);
}

BOOST_AUTO_TEST_CASE(f_keeps_a_client_address_on_its_target) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug_2x({"-f"}, {a.address(), b.address()});
    BOOST_TEST(distinct(ask_names(plug.port(), 6, "127.0.0.5")) == std::set<std::string>{"a"},
               boost::test_tools::per_element());
    BOOST_TEST(distinct(ask_names(plug.port(), 6, "127.0.0.6")) == std::set<std::string>{"b"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(t_forgets_an_idle_client) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug_2x({"-f", "-t", "1"}, {a.address(), b.address()});
    BOOST_TEST(ask_name(plug.port()) == "a");
    std::this_thread::sleep_for(2500ms);
    BOOST_TEST(ask_name(plug.port()) == "b");
}

BOOST_AUTO_TEST_CASE(o_takes_the_first_target_that_is_up) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug_2x({"-o"}, {a.address(), b.address()});
    BOOST_TEST(distinct(ask_names(plug.port(), 5)) == std::set<std::string>{"a"},
               boost::test_tools::per_element());
    a.refuse();
    BOOST_TEST(distinct(ask_names(plug.port(), 5)) == std::set<std::string>{"b"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(r_retries_a_target_that_was_down) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug_2x({"-o", "-r", "1"}, {a.address(), b.address()});
    BOOST_TEST(ask_name(plug.port()) == "b");
    a.come_back();
    BOOST_TEST(eventually([&] { return ask_name(plug.port()) == "a"; }));
}

BOOST_AUTO_TEST_CASE(without_r_a_target_stays_out_until_all_have_failed) {
    named_server a("a");
    named_server b("b");
    a.refuse();
    auto plug = start_plug_2x({"-o"}, {a.address(), b.address()});
    BOOST_TEST(ask_name(plug.port()) == "b");
    a.come_back();
    BOOST_TEST(distinct(ask_names(plug.port(), 5)) == std::set<std::string>{"b"},
               boost::test_tools::per_element());
    b.refuse();
    BOOST_TEST(eventually([&] {
        stream client = plug.connect();
        return client.receive_to_end(200ms).bytes == "a\n";
    }));
    BOOST_TEST(ask_name(plug.port()) == "a");
}

BOOST_AUTO_TEST_CASE(k_keeps_both_connections_alive) {
    for (const bool wanted : {false, true}) {
        listener front;
        auto plug = start_plug_2x(wanted ? words{"-k"} : words{}, {front.address()});
        stream client = plug.connect();
        stream target = front.accept();
        // The timer of a socket shows it once nothing else is under way.
        const auto both = [&] {
            return keepalive_runs(plug.port(), client.local_port()) &&
                   keepalive_runs(target.peer_port(), front.port());
        };
        if (wanted) {
            BOOST_TEST(eventually(both));
        } else {
            std::this_thread::sleep_for(300ms);
            BOOST_TEST(!keepalive_runs(plug.port(), client.local_port()));
            BOOST_TEST(!keepalive_runs(target.peer_port(), front.port()));
        }
    }
}

// With -d they stand on standard error too; syslog_test.cpp reads syslog.
BOOST_AUTO_TEST_CASE(l_logs_start_connection_and_end) {
    named_server target("target");
    auto plug = start_plug_2x({"-d", "-l"}, {target.address()});
    const std::string tag = R"(\()" + std::to_string(plug.port()) + R"(\): )";
    BOOST_TEST(plug.says(tag + "Plugdaemon started\\."));
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.says(tag + "Connect from 127\\.0\\.0\\.1 to " + literally(target.address())));
    BOOST_TEST(plug.says(tag + "Complete\\."));
}

BOOST_AUTO_TEST_CASE(n_keeps_notices_of_connections_off_standard_error,
                     *posix_only("Windows has no syslog")) {
    named_server target("target");
    for (const words& flags : {words{"-l"}, words{"-l", "-a", "10.0.0.0/8"}}) {
        auto plug = start_plug_2x(flags, {target.address()});
        BOOST_TEST(plug.connect().receive_to_end().bytes.size() <= 7U);
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(count_matches(plug.errors(), "started|Connect|Complete") == 0U, plug.errors());
    }
}

BOOST_AUTO_TEST_CASE(without_l_connections_are_not_logged) {
    named_server target("target");
    auto plug = start_plug_2x({}, {target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), "started|Connect|Complete") == 0U, plug.errors());
}

BOOST_AUTO_TEST_CASE(P_writes_the_pid_and_removes_the_file_at_the_end,
                     *posix_only("Windows has no daemons")) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    temporary_directory directory;
    const auto pid_file = directory / "plug.pid";
    program typed({"-P", pid_file, std::to_string(port), target.address()});
    BOOST_TEST(typed.exit_code() == 0, typed.errors());
    BOOST_TEST(std::stoi(read_file(pid_file)) == typed.background_process());
    BOOST_TEST(typed.stop() == 0);
    BOOST_TEST(!std::filesystem::exists(pid_file));
}

BOOST_AUTO_TEST_CASE(S_appends_one_line_for_each_session) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug_2x({"-S", file}, {target.address()});
    BOOST_TEST(ask_names(plug.port(), 3).size() == 3U);
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), record) == 3; }));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(read_file(file), "\n") == 3U);
}

BOOST_AUTO_TEST_CASE(S_with_a_dash_writes_to_standard_output_and_stays_in_the_foreground) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    running_plug plug(port, {"-S", "-", std::to_string(port), target.address()});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(eventually([&] { return count_matches(plug.output(), record) == 1; }));
    BOOST_TEST(!plug.exit_code_within(0ms).has_value());
}

BOOST_AUTO_TEST_CASE(i_listens_on_one_address_only) {
    named_server target("target");
    auto plug = start_plug_2x({"-i", "127.0.0.3"}, {target.address()});
    BOOST_TEST(ask_name(plug.port(), {}, "127.0.0.3") == "target");
    BOOST_CHECK_THROW(plug.connect(), std::system_error);
}

BOOST_AUTO_TEST_CASE(i_takes_an_ipv6_address) {
    named_server target("target");
    auto plug = start_plug_2x({"-i", "::1"}, {target.address()});
    BOOST_TEST(ask_name(plug.port(), {}, "::1") == "target");
    BOOST_CHECK_THROW(plug.connect(), std::system_error);
}

BOOST_AUTO_TEST_CASE(p_is_the_source_of_the_outgoing_connection) {
    named_server target("target");
    auto plug = start_plug_2x({"-p", "127.0.0.44"}, {target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(target.client_hosts() == std::set<std::string>{"127.0.0.44"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(p_takes_an_ipv6_address) {
    named_server target("target", "::1");
    auto plug = start_plug_2x({"-p", "::1"}, {target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(target.client_hosts() == std::set<std::string>{"::1"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(p_is_the_source_towards_the_https_proxy_too) {
    named_server target("target");
    tunnel_proxy proxy;
    auto plug = start_plug_2x({"-p", "127.0.0.45", "-h", proxy.address()}, {target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(proxy.client_hosts() == std::set<std::string>{"127.0.0.45"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lets_in_these_clients_only) {
    named_server target("target");
    auto plug = start_plug_2x({"-a", "127.0.1.0/24", "-a", "127.0.2.7"}, {target.address()});
    for (const auto* inside : {"127.0.1.1", "127.0.1.254", "127.0.2.7"})
        BOOST_TEST(is_let_in(plug.port(), inside), inside);
    for (const auto* outside : {"127.0.0.1", "127.0.2.6", "127.0.2.8"})
        BOOST_TEST(!is_let_in(plug.port(), outside), outside);
    BOOST_TEST(target.accepted() == 3U);
}

BOOST_AUTO_TEST_CASE(a_logs_each_refusal_whatever_l_says) {
    named_server target("target");
    auto plug = start_plug_2x({"-d", "-a", "10.0.0.0/8"}, {target.address()});
    stream client = plug.connect();
    BOOST_TEST(client.receive_to_end().bytes == "");
    BOOST_TEST(plug.says(R"(\()" + std::to_string(plug.port()) +
                         R"(\): Connect from 127\.0\.0\.1 Refused\.)"));
}

BOOST_AUTO_TEST_CASE(a_works_with_a_network_of_no_bits_and_with_host_bits_set) {
    named_server target("target");
    auto everyone = start_plug_2x({"-a", "0.0.0.0/0"}, {target.address()});
    BOOST_TEST(is_let_in(everyone.port(), "127.0.0.1"));
    auto host_bits = start_plug_2x({"-a", "127.0.3.77/24"}, {target.address()});
    BOOST_TEST(is_let_in(host_bits.port(), "127.0.3.1"));
    BOOST_TEST(!is_let_in(host_bits.port(), "127.0.4.77"));
}

BOOST_AUTO_TEST_CASE(a_takes_ipv6_networks) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    running_plug plug(port, {"-n", "-a", "::1/128", std::to_string(port), target.address()});
    BOOST_TEST(is_let_in(port, "::1", "::1"));
    // An IPv4 client of the same socket is an IPv4 client, and not let in.
    BOOST_TEST(!is_let_in(port, "127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(a_sees_a_mapped_client_as_ipv4) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    running_plug plug(port, {"-d", "-a", "127.0.0.1", std::to_string(port), target.address()});
    BOOST_TEST(is_let_in(port, "127.0.0.1"));
    BOOST_TEST(!is_let_in(port, "::1", "::1"));
    BOOST_TEST(plug.says("Connect from ::1 Refused"));
}

BOOST_AUTO_TEST_CASE(h_reaches_every_target_through_the_proxy) {
    named_server a("a");
    named_server b("b");
    tunnel_proxy proxy;
    auto plug = start_plug_2x({"-h", proxy.address()}, {a.address(), b.address()});
    BOOST_TEST(ask_names(plug.port(), 4) == (words{"a", "b", "a", "b"}),
               boost::test_tools::per_element());
    BOOST_TEST(proxy.requests().size() == 4U);
    BOOST_TEST(proxy.requests().front().starts_with("CONNECT " + a.address() + " HTTP/1."));
}

BOOST_AUTO_TEST_CASE(h_passes_a_name_on_unresolved) {
    named_server target("target");
    tunnel_proxy proxy;
    proxy.send_to("target.test:7", target.address());
    auto plug = start_plug_2x({"-h", proxy.address()}, {"target.test:7"});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(proxy.requests().front().starts_with("CONNECT target.test:7 HTTP/1."));
}

BOOST_AUTO_TEST_CASE(flags_bundle_and_values_are_attached) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    temporary_directory directory;
    running_plug plug(port, {"-dlkS" + (directory / "sessions").string(), "-i127.0.0.1",
                             std::to_string(port), target.address()});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.says(R"(\(127\.0\.0\.1 )" + std::to_string(port) + R"(\): Complete\.)"));
    BOOST_TEST(
        eventually([&] { return count_matches(read_file(directory / "sessions"), "\n") == 1; }));
}

BOOST_AUTO_TEST_CASE(options_stand_before_between_and_after_the_positionals) {
    named_server target("target");
    const std::uint16_t port = reserve_port();
    running_plug plug(port,
                      {"-d", std::to_string(port), "-i", "127.0.0.1", target.address(), "-l"});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.says(R"(\(127\.0\.0\.1 \d+\): Connect from)"));
}

BOOST_AUTO_TEST_CASE(a_target_without_a_port_takes_the_source_port) {
    const std::uint16_t port = reserve_port();
    listener front("127.0.0.2", port);
    running_plug plug(port, {"-n", "-i", "127.0.0.1", std::to_string(port), "127.0.0.2"});
    stream client = stream::connect("127.0.0.1", port);
    client.send("hello");
    BOOST_TEST(front.accept().receive(5) == "hello");
}

BOOST_AUTO_TEST_CASE(a_target_may_be_an_ipv6_address) {
    named_server target("target", "::1");
    auto plug = start_plug_2x({}, {target.address()});
    BOOST_TEST(ask_name(plug.port()) == "target");
}

BOOST_AUTO_TEST_CASE(a_stopped_plug_lets_its_sessions_go_on_as_long_as_they_like) {
    listener front;
    auto plug = start_plug_2x({}, {front.address()});
    stream client = plug.connect();
    stream target = front.accept();
    plug.request_stop();
    BOOST_TEST(eventually([&] { return listening_sockets(plug.port()) == 0; }));
    std::this_thread::sleep_for(1s);
    client.send("still");
    BOOST_TEST(target.receive(5) == "still");
    target.close();
    BOOST_TEST(client.receive_to_end().end == stream_end::orderly);
    client.close();
    BOOST_TEST(plug.finish() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
