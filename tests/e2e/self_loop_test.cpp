// A plug whose target is itself: refused where that can be seen, harmless where it can't.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/name_server.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

using namespace plug::test;

namespace {

void check_refused(const words& line, const std::string& named, int exit_code) {
    program typed(line);
    BOOST_TEST(typed.exit_code() == exit_code, typed.errors());
    BOOST_TEST(typed.errors().find(named) != std::string::npos, typed.errors());
    BOOST_TEST(eventually([&] { return !typed.is_alive(); }));
}

} // namespace

BOOST_AUTO_TEST_SUITE(self_loop)

BOOST_AUTO_TEST_CASE(a_target_that_is_the_listener_is_refused_at_start) {
    const std::string port = std::to_string(reserve_port());
    const std::string own = "127.0.0.1:" + port;
    check_refused({"run", own, own}, own, 64);
    check_refused({"run", port, own}, own, 64);
    check_refused({"run", port, "[::1]:" + port}, "[::1]:" + port, 64);
    check_refused({"run", port, "127.0.0.1"}, "127.0.0.1", 64);
    check_refused({"run", port, "127.5.5.5:" + port}, "127.5.5.5:" + port, 64);
    check_refused({"run", port, "[::ffff:127.0.0.1]:" + port}, ":" + port, 64);
    check_refused({"run", port, "127.0.0.1:1", own}, own, 64);
    check_refused({"-n", port, "127.0.0.1"}, "127.0.0.1", 5);
    check_refused({"-n", "-i", "127.0.0.1", port, own}, own, 5);
}

BOOST_AUTO_TEST_CASE(a_name_that_leads_to_the_listener_is_told_and_leads_nowhere) {
    const auto port = reserve_port();
    running_plug plug(port, {"run", std::to_string(port), "localhost:" + std::to_string(port),
                             "--resolve", "--connect-timeout", "1s"});
    stream client = plug.connect();
    client.send("round and round");
    BOOST_TEST(client.receive_to_end().end != stream_end::timed_out);
    BOOST_TEST(plug.says("resolve localhost: leads to this plug itself"), plug.errors());
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_answered_with_no_host_address_leads_nowhere,
                     *posix_only("namespaces") * boost::unit_test::precondition(is_root)) {
    // As DNS servers that block names answer.
    with_names("0.0.0.0 zero.test\n:: none.test\n224.0.0.1 group.test\n"
               "::ffff:0.0.0.0 mapped.test\n255.255.255.255 all.test\n",
               [] {
                   for (const std::string name :
                        {"zero.test", "none.test", "group.test", "mapped.test", "all.test"}) {
                       const auto port = reserve_port();
                       const start_options few{.descriptor_limits = {{200, 200}}};
                       running_plug plug(port,
                                         {"run", join("127.0.0.1", port),
                                          name + ":" + std::to_string(port), "--resolve",
                                          "--connect-timeout", "1s"},
                                         few);
                       stream client = plug.connect();
                       client.send("round and round");
                       BOOST_TEST(client.receive_to_end().end != stream_end::timed_out);
                       BOOST_TEST(plug.says("resolve " + name +
                                            ": [0-9a-f.:]+ is not the address of one host"),
                                  plug.errors());
                       BOOST_TEST(plug.says(name + ":[0-9]+: [0-9a-f.:]+ is not the address of one "
                                                   "host; target is down"));
                       BOOST_TEST(plug.stop() == 0);
                   }
               });
}

BOOST_AUTO_TEST_CASE(the_address_of_a_passed_socket_is_a_listening_address,
                     *posix_only("descriptors that are passed")) {
    const listener held;
    start_options passing;
    passing.passed = {{held.number(), "web"}};
    program direct({"run", "fd:web", held.address()}, passing);
    BOOST_TEST(direct.exit_code() == 78);
    BOOST_TEST(direct.errors() ==
               "plug: " + held.address() +
                   " is this plug's own listening address, of the passed socket web; name another "
                   "address or port\n");
    program via({"run", "fd:web", "10.0.0.1:80", "--via", held.address()}, passing);
    BOOST_TEST(via.exit_code() == 78);

    program named({"run", "fd:web", "localhost:" + std::to_string(held.port()), "--resolve"},
                  passing);
    BOOST_TEST(named.says("resolve localhost: leads to this plug itself"));
    stream client = stream::connect("127.0.0.1", held.port());
    client.send("round and round");
    BOOST_TEST(client.receive_to_end().end != stream_end::timed_out);
    BOOST_TEST(named.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_does_not_lead_to_the_passed_socket_either,
                     *posix_only("descriptors that are passed")) {
    const listener held;
    const named_server good("good");
    start_options passing;
    passing.passed = {{held.number(), "web"}};
    const temporary_directory directory;
    const auto file = (directory / "plug.toml").string();
    const auto write = [&](const std::string& target) {
        std::ofstream(file, std::ios::trunc)
            << "[plug.web]\nlisten = \"fd:web\"\nresolve = true\ntargets = [\"" + target + "\"]\n";
    };
    write(good.address());
    program plug({"run", "--config", file}, passing);
    BOOST_TEST(ask_name(held.port()) == "good");
    write(held.address());
    plug.signal(SIGHUP);
    BOOST_TEST(plug.says("reload failed, and nothing has changed: .* is this plug's own listening "
                         "address, of the passed socket web"));
    BOOST_TEST(ask_name(held.port()) == "good");
    write("localhost:" + std::to_string(held.port()));
    plug.signal(SIGHUP);
    BOOST_TEST(plug.says("resolve localhost: leads to this plug itself"));
    BOOST_TEST(plug.says("reloaded "));
    BOOST_TEST(stream::connect("127.0.0.1", held.port()).receive_to_end().end !=
               stream_end::timed_out);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(another_port_or_address_of_this_machine_is_a_fine_target) {
    named_server target("target", "127.0.0.2");
    running_plug plug(target.port(),
                      {"run", join("127.0.0.1", target.port()), join("127.0.0.2", target.port())});
    BOOST_TEST(ask_name(plug.port()) == "target");
}

BOOST_AUTO_TEST_CASE(two_plugs_that_point_at_each_other_do_not_melt_the_machine,
                     *posix_only("a limit of descriptors bounds it")) {
    const std::uint16_t left_port = reserve_port();
    const std::uint16_t right_port = reserve_port();
    const std::string left_address = join("127.0.0.1", left_port);
    const std::string right_address = join("127.0.0.1", right_port);
    const start_options few{.descriptor_limits = {{400, 400}}};
    running_plug left(left_port, {"run", left_address, right_address}, few);
    running_plug right(right_port, {"run", right_address, left_address}, few);
    {
        stream client = left.connect();
        client.send("round and round");
        // The loop takes what descriptors there are, and stays at that.
        std::this_thread::sleep_for(2s);
        const double before =
            processor_seconds(left.process()) + processor_seconds(right.process());
        std::this_thread::sleep_for(2s);
        const double after = processor_seconds(left.process()) + processor_seconds(right.process());
        BOOST_TEST(after - before < 1.5);
        BOOST_TEST(resident_bytes(left.process()) < 512U * 1024 * 1024);
        client.reset();
    }
    // Both survive, and can be stopped.
    BOOST_TEST(!left.exit_code_within(0ms).has_value());
    BOOST_TEST(!right.exit_code_within(0ms).has_value());
    left.request_stop();
    right.request_stop();
    left.request_stop();
    right.request_stop();
    BOOST_TEST(left.finish() == 0);
    BOOST_TEST(right.finish() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
