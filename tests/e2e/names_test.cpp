// Names of targets: only where they are asked for, and never a reason not to start.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"

#include <boost/test/unit_test.hpp>

using namespace plug::test;

namespace {

std::string at_localhost(std::uint16_t port) { return "localhost:" + std::to_string(port); }

} // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(a_name_is_refused_without_resolve) {
    program typed({"run", std::to_string(reserve_port()), "localhost:80"});
    BOOST_TEST(typed.exit_code() == 64);
    BOOST_TEST(typed.errors().find("localhost") != std::string::npos);
    BOOST_TEST(typed.errors().find("--resolve") != std::string::npos, typed.errors());
}

BOOST_AUTO_TEST_CASE(a_name_is_refused_on_a_2x_line) {
    program typed({"-n", std::to_string(reserve_port()), "localhost:80"});
    BOOST_TEST(typed.exit_code() == 5);
    BOOST_TEST(typed.errors().find("localhost") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_name_of_the_https_proxy_is_refused_without_resolve) {
    program typed({"-n", "-h", "localhost:3128", std::to_string(reserve_port()), "10.0.0.1"});
    BOOST_TEST(typed.exit_code() == 5);
    BOOST_TEST(typed.errors().find("localhost") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(localhost_works_with_resolve) {
    named_server target("target");
    auto plug = start_plug({at_localhost(target.port())}, {"--resolve"});
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(ask_name(plug.port()) == "target");
}

BOOST_AUTO_TEST_CASE(the_session_file_names_the_target_by_address_and_port) {
    named_server target("target");
    auto plug = start_plug({at_localhost(target.port())}, {"--resolve", "--session-log", "-"});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(eventually([&] {
        return count_matches(plug.output(), "(localhost|127\\.0\\.0\\.1):" +
                                                std::to_string(target.port()) + " ") == 1;
    }));
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_a_warning_and_a_target_that_is_down) {
    named_server good("good");
    auto plug = start_plug({"no-such-host.invalid:80", good.address()}, {"--resolve"});
    BOOST_TEST(plug.says("no-such-host\\.invalid"));
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(ask_name(plug.port()) == "good");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_plug_starts_even_when_no_name_resolves) {
    auto plug = start_plug({"no-such-host.invalid:80"}, {"--resolve"});
    stream client = plug.connect();
    const auto all = client.receive_to_end();
    BOOST_TEST(all.bytes == "");
    BOOST_TEST(all.end != stream_end::timed_out);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_named_target_that_failed_is_found_again) {
    named_server target("target");
    named_server spare("spare");
    target.refuse();
    auto plug = start_plug({at_localhost(target.port()), spare.address()},
                           {"--resolve", "--first", "--retry", "100ms"});
    BOOST_TEST(ask_name(plug.port()) == "spare");
    target.come_back();
    BOOST_TEST(eventually([&] { return ask_name(plug.port()) == "target"; }));
}

BOOST_AUTO_TEST_SUITE_END()
