// What a daemon tells the system log.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

constexpr int notice = 29; // facility daemon (3) times 8, and 5
constexpr int error = 27;  // and 3

/// A detached plug whose system log the test reads.
struct logged {
    system_log log;
    std::uint16_t port = reserve_port();
    program plug;
    std::string process;

    explicit logged(const words& arguments)
        : plug(with_port(arguments, port), {.devices = log.devices()}) {
        if (plug.exit_code() != 0)
            throw std::runtime_error(plug.errors());
        process = std::to_string(plug.background_process());
    }

    static words with_port(words arguments, std::uint16_t port) {
        for (auto& word : arguments)
            if (word == "PORT")
                word = std::to_string(port);
        return arguments;
    }

    /// The regular expression of a whole message.
    [[nodiscard]] std::string line(int priority, const std::string& text) const {
        return "^<" + std::to_string(priority) + ">.* plug\\[" + process + "\\]: " + text + "\\s*$";
    }

    [[nodiscard]] std::string tag() const { return "\\(" + std::to_string(port) + "\\): "; }

    stream connect() const { return stream::connect("127.0.0.1", port); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(syslog, *boost::unit_test::precondition(is_root) *
                                  posix_only("Windows has no syslog"))

BOOST_AUTO_TEST_CASE(syslog_gets_start_connection_and_end_as_in_2x) {
    named_server target("target");
    logged run({"-l", "PORT", target.address()});
    BOOST_TEST(run.log.has(run.line(notice, run.tag() + "Plugdaemon started\\.")));
    BOOST_TEST(ask_name(run.port) == "target");
    BOOST_TEST(run.log.has(run.line(notice, run.tag() + "Connect from 127\\.0\\.0\\.1 to " +
                                                literally(target.address()))));
    BOOST_TEST(run.log.has(run.line(notice, run.tag() + "Complete\\.")));
}

BOOST_AUTO_TEST_CASE(the_tag_names_the_address_where_one_was_given) {
    named_server target("target");
    logged run({"-l", "-i", "127.0.0.1", "PORT", target.address()});
    BOOST_TEST(run.log.has(run.line(notice, "\\(127\\.0\\.0\\.1 " + std::to_string(run.port) +
                                                "\\): Plugdaemon started\\.")));
}

BOOST_AUTO_TEST_CASE(syslog_gets_the_status_of_a_session_that_failed) {
    listener front;
    logged run({"-l", "PORT", front.address()});
    {
        stream client = run.connect();
        stream target = front.accept();
        // A reset before the plug has seen the connect succeed would be a failed connect.
        target.send("x");
        BOOST_TEST(client.receive(1) == "x");
        target.reset();
        BOOST_TEST(client.receive_to_end().end == stream_end::reset);
    }
    BOOST_TEST(run.log.has(run.line(notice, run.tag() + "Complete, status=3\\.")));
    front.close();
    BOOST_TEST(run.connect().receive_to_end().bytes == "");
    BOOST_TEST(run.log.has(run.line(notice, run.tag() + "Complete, status=2\\.")));
    BOOST_TEST(run.log.has(run.line(error, run.tag() + ".*" + literally(front.address()) +
                                               ".*: Connection refused.*")));
}

BOOST_AUTO_TEST_CASE(syslog_gets_each_refusal_whatever_l_says) {
    named_server target("target");
    logged run({"-a", "10.0.0.0/8", "PORT", target.address()});
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(run.connect().receive_to_end().bytes == "");
    const auto refusal = run.line(notice, run.tag() + "Connect from 127\\.0\\.0\\.1 Refused\\.");
    BOOST_TEST(eventually([&] { return run.log.count(refusal) == 3; }));
    BOOST_TEST(run.log.count("started|Complete") == 0U);
}

BOOST_AUTO_TEST_CASE(in_the_foreground_notices_go_to_syslog_and_errors_to_standard_error) {
    for (const std::string flag : {"-n", "-d"}) {
        system_log log;
        named_server target("target");
        const auto bad = closed_address();
        auto plug =
            start_plug_2x({flag, "-l", "-o"}, {bad, target.address()}, {.devices = log.devices()});
        BOOST_TEST(ask_name(plug.port()) == "target");
        const auto tag = "^<29>.* plug\\[\\d+\\]: \\(" + std::to_string(plug.port()) + "\\): ";
        BOOST_TEST(log.has(tag + "Plugdaemon started\\."));
        BOOST_TEST(log.has(tag + "Connect from 127\\.0\\.0\\.1 to "));
        BOOST_TEST(log.has(tag + "Complete\\."));
        BOOST_TEST(plug.says(literally(bad) + ": Connection refused; target is down"));
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(log.count("^<29>") == log.messages().size());
        BOOST_TEST(count_matches(plug.errors(), "Plugdaemon started|Connect from|Complete\\.") ==
                       (flag == "-n" ? 0U : 3U),
                   plug.errors());
    }
}

BOOST_AUTO_TEST_CASE(in_the_foreground_a_refused_client_is_told_to_syslog_whatever_l_says) {
    system_log log;
    auto plug = start_plug_2x({"-a", "10.0.0.0/8"}, {"127.0.0.1:1"}, {.devices = log.devices()});
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    BOOST_TEST(log.has("^<29>.*\\): Connect from 127\\.0\\.0\\.1 Refused\\."));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(plug.errors() == "");
}

BOOST_AUTO_TEST_CASE(a_plug_that_cannot_start_tells_syslog_too) {
    system_log log;
    listener other;
    program typed({"-i", "127.0.0.1", std::to_string(other.port()), "127.0.0.1:1"},
                  {.devices = log.devices()});
    BOOST_TEST(typed.exit_code() == 4);
    BOOST_TEST(log.has("^<27>.* plug\\[\\d+\\]: .*" + std::to_string(other.port()) +
                       ".*[Aa]ddress already in use"));
}

BOOST_AUTO_TEST_CASE(a_log_service_that_takes_nothing_holds_up_nobody) {
    named_server target("target");
    // Nobody reads this log while the sessions run: its queue fills up.
    logged run({"-l", "PORT", target.address()});
    constexpr std::size_t sessions = 1500;
    BOOST_TEST(ask_names(run.port, sessions).size() == sessions);
    BOOST_TEST(run.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(without_a_log_service_the_plug_runs) {
    named_server target("target");
    logged run({"-l", "PORT", target.address()});
    fs::remove(run.log.devices() / "log");
    BOOST_TEST(ask_names(run.port, 20).size() == 20U);
    BOOST_TEST(run.plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
