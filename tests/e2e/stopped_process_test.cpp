// A plug that is stopped for a while, as by `docker pause`, and goes on: what came in time
// meanwhile was in time.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

/// Stops the plug until this object goes.
class stopped {
public:
    explicit stopped(running_plug& plug) : plug_(plug) { plug_.signal(SIGSTOP); }
    ~stopped() { plug_.signal(SIGCONT); }

private:
    running_plug& plug_;
};

struct two_ends {
    stream client;
    stream target;
};

/// A check of a target that the test plays; one that fails takes the target out.
const words slow_check{"--check",          "send-expect", "--check-expect", "ready",
                       "--check-interval", "3s",          "--check-fall",   "1",
                       "--check-timeout",  "3s",          "--retry",        "never"};

} // namespace

BOOST_AUTO_TEST_SUITE(stopped_process, *posix_only("Windows stops no process"))

BOOST_AUTO_TEST_CASE(sessions_whose_bytes_came_meanwhile_are_not_idle) {
    listener target;
    auto plug = start_plug({target.address()}, {"--idle-timeout", "4s"});
    std::vector<two_ends> sessions;
    for (int i = 0; i < 300; ++i) {
        auto client = plug.connect();
        sessions.push_back({std::move(client), target.accept()});
    }
    for (auto& each : sessions) {
        each.client.send("x");
        BOOST_REQUIRE(each.target.receive(1) == "x");
    }
    {
        const stopped while_it_lives(plug);
        std::this_thread::sleep_for(500ms);
        for (auto& each : sessions)
            each.client.send("y");
        std::this_thread::sleep_for(4500ms);
    }
    std::size_t alive = 0;
    for (auto& each : sessions)
        alive += each.target.receive_some() == "y" ? 1U : 0U;
    BOOST_TEST(alive == sessions.size());
    BOOST_TEST(count_matches(plug.errors(), "idle timeout") == 0U);
}

BOOST_AUTO_TEST_CASE(connects_that_were_answered_meanwhile_have_not_timed_out,
                     *boost::unit_test::precondition(can_fall_silent)) {
    named_server target("name");
    auto plug = start_plug({target.address()}, {"--connect-timeout", "4s", "--retry", "never"});
    target.fall_silent();
    std::vector<stream> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(plug.connect());
    for (auto& each : clients)
        BOOST_REQUIRE(each.try_send("hello"));
    std::this_thread::sleep_for(300ms); // the plug has sent its first segments, which went unheard
    {
        const stopped while_it_lives(plug);
        target.come_back();
        BOOST_REQUIRE(eventually([&] { return target.accepted() == clients.size(); }));
        std::this_thread::sleep_for(4s);
    }
    for (auto& each : clients)
        BOOST_TEST(each.receive_until("\n") == "name\n");
    BOOST_TEST(count_matches(plug.errors(), "timed out") == 0U);
    BOOST_TEST(count_matches(plug.errors(), "target is down") == 0U, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_check_whose_answer_came_meanwhile_passes) {
    listener target;
    auto plug = start_plug({target.address()}, slow_check);
    for (const std::string rest : {"", "ady"}) {
        auto asked = target.accept();
        {
            const stopped while_it_lives(plug);
            asked.send(rest.empty() ? "ready" : "re");
            std::this_thread::sleep_for(3500ms);
        }
        // The other half of an answer gets its time too.
        std::this_thread::sleep_for(100ms);
        if (!rest.empty())
            asked.send(rest);
        BOOST_TEST(asked.receive_to_end().bytes.empty());
    }
    auto next = target.accept(); // so the second one has been judged
    BOOST_TEST(count_matches(plug.errors(), "target is down") == 0U, plug.errors());
}

BOOST_AUTO_TEST_CASE(the_program_of_a_check_that_was_stopped_too_keeps_its_time) {
    named_server target("name");
    const temporary_directory directory;
    const auto script = directory / "check";
    std::ofstream(script) << "#!/bin/sh\ncd " << directory.path().string()
                          << "\necho $$ > new && mv new process\n"
                             "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done\necho > passed\n";
    fs::permissions(script, fs::perms::owner_all);
    auto plug =
        start_plug({target.address()},
                   {"--check", "command", "--check-command", script.string(), "--check-interval",
                    "2s", "--check-fall", "1", "--check-timeout", "2s", "--retry", "never"});
    BOOST_REQUIRE(eventually([&] { return fs::exists(directory / "process"); }));
    const int process = std::stoi(read_file(directory / "process"));
    {
        const stopped while_it_lives(plug);
        ::kill(-process, SIGSTOP);
        std::this_thread::sleep_for(2500ms);
        ::kill(-process, SIGCONT);
    }
    BOOST_TEST(eventually([&] { return fs::exists(directory / "passed"); }));
    BOOST_TEST(ask_name(plug.port()) == "name");
    BOOST_TEST(count_matches(plug.errors(), "target is down") == 0U, plug.errors());
}

BOOST_AUTO_TEST_SUITE_END()
