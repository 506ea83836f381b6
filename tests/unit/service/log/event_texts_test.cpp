#include "service/log/event_table.hpp"
#include "service/log/event_words.hpp"
#include "service/text/harmless.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using plug::platform::severity;

std::shared_ptr<const plug::listener_label> listener(std::string address = "") {
    return std::make_shared<const plug::listener_label>(
        plug::listener_label{"web", std::move(address), 8080});
}

std::shared_ptr<const std::string> target() {
    return std::make_shared<const std::string>("10.0.0.1:80");
}

tcp::endpoint client() { return {make_address("192.0.2.7"), 40000}; }

plug::session_ended ended(plug::session_end how) {
    plug::session_record record;
    record.listener = listener();
    record.client = client();
    record.target = target();
    record.end = how;
    return {record};
}

void is_row(const plug::event& happened, severity level, plug::written when,
            const std::string& text) {
    const auto row = plug::describe(happened);
    BOOST_TEST(row.text == text);
    BOOST_TEST((row.severity == level), text << ": wrong severity");
    BOOST_TEST((row.when == when), text << ": wrong audience");
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_texts)

BOOST_AUTO_TEST_CASE(the_tag_is_the_port_or_address_and_port) {
    BOOST_TEST(plug::tag_of(*listener()) == "(8080)");
    BOOST_TEST(plug::tag_of(*listener("127.0.0.1")) == "(127.0.0.1 8080)");
    BOOST_TEST(plug::tag_of(*listener("::1")) == "(::1 8080)");
}

BOOST_AUTO_TEST_CASE(a_start_is_told_as_2x_did) {
    is_row(plug::plug_started{listener()}, severity::notice, plug::written::with_connections,
           "(8080): Plugdaemon started.");
    is_row(plug::plug_started{listener("127.0.0.1")}, severity::notice,
           plug::written::with_connections, "(127.0.0.1 8080): Plugdaemon started.");
}

BOOST_AUTO_TEST_CASE(a_connection_is_told_as_2x_did) {
    is_row(plug::session_started{listener(), client(), target()}, severity::notice,
           plug::written::with_connections, "(8080): Connect from 192.0.2.7 to 10.0.0.1:80");
}

BOOST_AUTO_TEST_CASE(a_refused_client_is_always_told_as_2x_did) {
    is_row(plug::client_refused{listener(), client()}, severity::notice, plug::written::always,
           "(8080): Connect from 192.0.2.7 Refused.");
}

BOOST_AUTO_TEST_CASE(the_end_of_a_session_carries_the_exit_status_of_2x) {
    using plug::session_end;
    is_row(ended(session_end::completed), severity::notice, plug::written::with_connections,
           "(8080): Complete.");
    for (const auto& end : plug::session_ends) {
        const std::string status = end.value == session_end::no_target ? "2" : "3";
        if (end.value != session_end::completed) {
            BOOST_TEST(plug::describe(ended(end.value)).text ==
                       "(8080): Complete, status=" + status + ".");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_fails_is_an_error_with_address_and_reason) {
    is_row(plug::target_down{listener(), target(), "connect to", "Connection refused"},
           severity::error, plug::written::always,
           "(8080): connect to 10.0.0.1:80: Connection refused; target is down");
    is_row(plug::target_up{listener(), target()}, severity::notice, plug::written::always,
           "(8080): target 10.0.0.1:80 is up again");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_fails_is_an_error_with_address_and_reason) {
    is_row(plug::proxy_down{listener(), "10.0.0.9:3128", "Connection refused"}, severity::error,
           plug::written::always,
           "(8080): connect to HTTPS proxy 10.0.0.9:3128: Connection refused; proxy is down");
    is_row(plug::proxy_up{listener(), "10.0.0.9:3128"}, severity::notice, plug::written::always,
           "(8080): HTTPS proxy 10.0.0.9:3128 is up again");
}

BOOST_AUTO_TEST_CASE(a_pause_names_what_ran_out) {
    const auto error = make_error_code(boost::system::errc::too_many_files_open);
    is_row(plug::accept_paused{listener(), "accept", error}, severity::error, plug::written::always,
           "(8080): accept: " + error.message() + "; no clients are taken for a while");
    const auto no_port = make_error_code(boost::system::errc::address_not_available);
    is_row(plug::accept_paused{listener(), "connect", no_port}, severity::error,
           plug::written::always,
           "(8080): connect: no local port or address is free (" + no_port.message() +
               "); no clients are taken for a while");
    is_row(plug::accept_resumed{listener()}, severity::notice, plug::written::always,
           "(8080): clients are taken again");
}

BOOST_AUTO_TEST_CASE(the_logs_own_troubles_are_warnings) {
    is_row(plug::log_unwritable{"/var/log/s", "Permission denied"}, severity::warning,
           plug::written::always,
           "write to /var/log/s: Permission denied; sessions go on without it");
    is_row(plug::events_dropped{1}, severity::warning, plug::written::always,
           "log: 1 event dropped, the logs are too slow");
    is_row(plug::events_dropped{12}, severity::warning, plug::written::always,
           "log: 12 events dropped, the logs are too slow");
    is_row(plug::events_dropped{12, "session log"}, severity::warning, plug::written::always,
           "session log: 12 events dropped, the logs are too slow");
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_a_warning) {
    is_row(plug::name_unresolved{"8080", "nowhere.invalid", "Host not found"}, severity::warning,
           plug::written::always, "(8080): resolve nowhere.invalid: Host not found");
}

BOOST_AUTO_TEST_CASE(single_attempts_are_for_debugging) {
    is_row(plug::attempt_failed{listener(), client(), target(), "timed out"}, severity::debug,
           plug::written::with_debug, "(8080): connect 192.0.2.7 to 10.0.0.1:80: timed out");
}

BOOST_AUTO_TEST_CASE(a_stop_tells_how_many_sessions_were_cut) {
    is_row(plug::sessions_cut{3}, severity::notice, plug::written::always,
           "stopping: 3 sessions cut");
    is_row(plug::draining{1}, severity::info, plug::written::with_debug,
           "stopping: 1 session may finish");
    is_row(plug::listener_closed{listener()}, severity::debug, plug::written::with_debug,
           "(8080): listener closed: stopping");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_plug_is_a_warning_that_names_it) {
    is_row(plug::nothing_to_run{"/etc/plug.toml"}, severity::warning, plug::written::always,
           "configuration: no plug in /etc/plug.toml: nothing listens; describe one there, "
           "then reload (plug reload)");
}

BOOST_AUTO_TEST_CASE(a_reload_tells_what_it_changes_and_why_it_changes_nothing) {
    is_row(plug::configuration_changed{"[plug.web] + retry = \"1s\""}, severity::notice,
           plug::written::always, "reload: [plug.web] + retry = \"1s\"");
    is_row(plug::reloaded{"/etc/plug.toml", 1}, severity::notice, plug::written::always,
           "reloaded /etc/plug.toml: 1 change");
    is_row(plug::reloaded{"/etc/plug.toml", 0}, severity::notice, plug::written::always,
           "reloaded /etc/plug.toml: nothing has changed");
    is_row(plug::reload_failed{"no"}, severity::error, plug::written::always,
           "reload failed, and nothing has changed: no");
    is_row(plug::change_waits{"[process] threads"}, severity::warning, plug::written::always,
           "reload: [process] threads waits for the next start");
}

BOOST_AUTO_TEST_CASE(a_passed_socket_that_nobody_takes_is_named) {
    is_row(plug::passed_socket_unused{"0.0.0.0:80 (web)"}, severity::warning, plug::written::always,
           "the supervisor has passed 0.0.0.0:80 (web), and no plug listens there: its clients "
           "wait in vain");
}

BOOST_AUTO_TEST_CASE(a_plug_that_commands_cannot_reach_is_told_with_what_helps) {
    is_row(plug::control_unavailable{"control channel /run/x: taken", true}, severity::warning,
           plug::written::always,
           "control channel /run/x: taken; plug reload reaches that one and not this plug: name a "
           "place of its own with control = \"PATH\"");
    is_row(plug::control_unavailable{"control channel /run/x: no folder", false}, severity::warning,
           plug::written::with_debug,
           "control channel /run/x: no folder; plug reload cannot reach this plug: name a place of "
           "its own with control = \"PATH\"");
}

BOOST_AUTO_TEST_CASE(a_defect_is_an_error) {
    is_row(plug::internal_error{"relay", "bad_alloc"}, severity::error, plug::written::always,
           "internal error: relay: bad_alloc");
}

BOOST_AUTO_TEST_CASE(an_event_without_a_listener_or_target_still_has_a_text) {
    BOOST_TEST(plug::describe(plug::session_started{nullptr, client(), nullptr}).text ==
               "(-): Connect from 192.0.2.7 to -");
}

BOOST_AUTO_TEST_CASE(no_byte_of_a_peer_moves_the_terminal_or_forges_a_line) {
    const std::string evil = std::string("a\r\nb\x1b[2J\x7f\x9b") + '\0' + "z";
    BOOST_TEST(plug::printable(evil) == "a\\x0d\\x0ab\\x1b[2J\\x7f\\x9b\\x00z");
    const auto row = plug::describe(plug::target_down{listener(), target(), "connect to", "x\ny"});
    BOOST_TEST(row.text == "(8080): connect to 10.0.0.1:80: x\\x0ay; target is down");
}

BOOST_AUTO_TEST_CASE(a_trace_tells_everything_about_a_session) {
    auto record = ended(plug::session_end::target_failed).record;
    record.phase = plug::session_phase::relaying;
    record.from_client = 11;
    record.from_target = 22;
    record.until_connected = std::chrono::microseconds(33);
    record.duration = std::chrono::microseconds(44);
    record.failed_attempts = 1;
    record.ended_by = plug::session_party::target;
    record.picked = plug::pick_reason::rotation;
    record.error = make_error_code(boost::system::errc::connection_reset);
    BOOST_TEST(plug::describe_fully(record).text ==
               "(8080): session 192.0.2.7:40000 to 10.0.0.1:80: target failed while relaying, "
               "ended by the target, "
               "picked: rotation, failover: other targets had failed (1), 11 bytes in, 22 bytes "
               "out, 33 us to connect, 44 us in all, 1 failed attempt, " +
                   record.error.message());
}

BOOST_AUTO_TEST_SUITE_END()
