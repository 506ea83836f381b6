// Names with several addresses, some of which are silent, and servers that do not answer.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/name_server.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

using namespace plug::test;

namespace {

using test_clock = std::chrono::steady_clock;

/// What a name server knows.
const std::map<std::string, std::string> good_alone{{"good.test", "127.0.0.1"}};

/// Two silent addresses and one that answers, all at one port; `db.test` stands for them.
class half_silent_name {
public:
    half_silent_name() {
        for (const char* host : {"127.0.0.1", "127.0.0.2"}) {
            silent_.push_back(std::make_unique<listener>(host, good_.port()));
            silent_.back()->drop_new_connections();
        }
    }

    /// The system sorts them by their likeness to the source, 127.0.0.1 (RFC 6724, 5, rule 9).
    static constexpr const char* hosts =
        "127.0.0.1 db.test\n127.0.0.2 db.test\n127.0.0.9 db.test\n";
    [[nodiscard]] std::string address() const { return "db.test:" + std::to_string(good_.port()); }
    [[nodiscard]] const named_server& good() const { return good_; }

private:
    named_server good_{"good", "127.0.0.9"};
    std::vector<std::unique_ptr<listener>> silent_;
};

std::string plug_text(const std::string& name, std::uint16_t port, const words& targets) {
    std::string text = "[plug." + name + "]\nlisten = \"" + join("127.0.0.1", port) +
                       "\"\nresolve = true\ntargets = [";
    for (const auto& each : targets)
        text += "\"" + each + "\", ";
    return text + "]\n";
}

words silent_names(std::size_t count) {
    words names;
    for (std::size_t index = 0; index < count; ++index)
        names.push_back("silent" + std::to_string(index) + ".test:80");
    return names;
}

/// A plug that runs from a file, with a control channel.
class plug_of_file {
public:
    plug_of_file(std::uint16_t port, const std::string& text) {
        write(text);
        program_.emplace(port, words{"run", "--config", path(), "--control", place()});
    }

    void write(const std::string& text) const {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << text;
    }
    [[nodiscard]] std::string place() const { return (directory_ / "control").string(); }

    running_plug* operator->() { return &*program_; }

private:
    [[nodiscard]] std::string path() const { return (directory_ / "plug.toml").string(); }

    temporary_directory directory_;
    std::optional<running_plug> program_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(addresses_of_names,
                      *posix_only("namespaces") * boost::unit_test::precondition(is_root))

BOOST_AUTO_TEST_CASE(a_silent_address_of_a_name_costs_the_first_client_a_moment,
                     *boost::unit_test::precondition(can_fall_silent)) {
    with_names(half_silent_name::hosts, [] {
        const half_silent_name name;
        auto plug = start_plug({name.address()}, {"--resolve", "--connect-timeout", "1h"});
        for (int client = 0; client < 20; ++client)
            BOOST_TEST(ask_name(plug.port()) == "good");
        BOOST_TEST(count_matches(plug.errors(), "is down") == 0U, plug.errors());
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(a_check_finds_the_address_that_answers,
                     *boost::unit_test::precondition(can_fall_silent)) {
    with_names(half_silent_name::hosts, [] {
        const half_silent_name name;
        auto plug = start_plug({name.address()}, {"--resolve", "--check", "tcp", "--check-interval",
                                                  "2s", "--check-timeout", "2s"});
        BOOST_TEST(eventually([&] { return name.good().accepted() >= 3; }));
        BOOST_TEST(count_matches(plug.errors(), "is down") == 0U, plug.errors());
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(the_timeout_is_for_all_addresses_of_a_name_together,
                     *boost::unit_test::precondition(can_fall_silent)) {
    std::string hosts;
    for (int index = 10; index < 40; ++index)
        hosts += "127.0.0." + std::to_string(index) + " db.test\n";
    with_names(hosts, [] {
        const auto port = reserve_port();
        std::vector<std::unique_ptr<listener>> silent;
        for (int index = 10; index < 40; ++index) {
            silent.push_back(std::make_unique<listener>("127.0.0." + std::to_string(index), port));
            silent.back()->drop_new_connections();
        }
        named_server spare("spare");
        auto plug = start_plug({"db.test:" + std::to_string(port), spare.address()},
                               {"--resolve", "--first", "--connect-timeout", "4s"});
        // One after the other they would take two minutes.
        BOOST_TEST(ask_name(plug.port()) == "spare");
        BOOST_TEST(plug.says("timed out; target is down"));
    });
}

BOOST_AUTO_TEST_CASE(names_without_answer_hold_up_no_other_plug) {
    with_names({}, [] {
        const name_server dns(good_alone);
        const named_server good("good");
        const auto first = reserve_port();
        const auto second = reserve_port();
        const auto good_name = "good.test:" + std::to_string(good.port());
        plug_of_file plug(second, plug_text("a", first, silent_names(20)) +
                                      plug_text("b", second, {good_name}));
        BOOST_TEST(ask_name(second) == "good");
        BOOST_TEST(dns.unanswered() >= 20U);
        BOOST_TEST(count_matches(plug->errors(), "resolve silent") == 0U); // they still wait
        BOOST_TEST(count_matches(plug->errors(), "is down") == 0U, plug->errors());
        BOOST_TEST(plug->stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_is_called_that) {
    with_names({}, [] {
        std::ofstream("/etc/resolv.conf", std::ios::trunc)
            << "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
        const name_server dns(std::map<std::string, std::string>{});
        auto plug = start_plug({"silent.test:80"}, {"--resolve"});
        BOOST_TEST(plug.says("resolve silent.test: no answer from DNS"), plug.errors());
        BOOST_TEST(plug.connect().receive_to_end().bytes == "");
        BOOST_TEST(plug.says("silent.test:80: no answer from DNS; target is down"), plug.errors());
        BOOST_TEST(count_matches(plug.errors(), "authoritative") == 0U);
    });
}

BOOST_AUTO_TEST_CASE(a_stop_is_heard_while_names_are_waited_for) {
    with_names({}, [] {
        const name_server dns(good_alone);
        const named_server good("good");
        const auto good_name = "good.test:" + std::to_string(good.port());
        const auto port = reserve_port();
        plug_of_file plug(port, plug_text("a", port, {good_name}));
        BOOST_TEST(ask_name(port) == "good");

        // A reload that waits for a name as long as it does by itself,
        plug.write(plug_text("a", port, {good_name, "silent.test:80"}));
        const auto begin = test_clock::now();
        plug->signal(SIGHUP);
        BOOST_TEST(eventually([&] { return dns.unanswered() > 0; }));
        program asking({"explain", "a", "127.0.0.1", "--control", plug.place()});
        BOOST_TEST(asking.exit_code() == 0);
        BOOST_TEST(count_matches(plug->errors(), "reloaded ") == 0U);
        BOOST_TEST(plug->says("reloaded "));
        const auto undisturbed = test_clock::now() - begin;

        // and one that a stop interrupts.
        plug.write(plug_text("a", port, {good_name, "quiet.test:80"}));
        const auto before = dns.unanswered();
        const auto second_begin = test_clock::now();
        plug->signal(SIGHUP);
        BOOST_TEST(eventually([&] { return dns.unanswered() > before; }));
        BOOST_TEST(plug->stop() == 0);
        BOOST_TEST((test_clock::now() - second_begin < undisturbed / 2));

        // The same at the start.
        const auto other_port = reserve_port();
        const auto asked = dns.unanswered();
        const auto third_begin = test_clock::now();
        plug_of_file starting(other_port, plug_text("a", other_port, {"mute.test:80"}));
        BOOST_TEST(eventually([&] { return dns.unanswered() > asked; }));
        BOOST_TEST(starting->stop() == 0);
        BOOST_TEST((test_clock::now() - third_begin < undisturbed / 2));
    });
}

BOOST_AUTO_TEST_CASE(a_reload_looks_every_name_up_again) {
    with_names("127.0.0.1 db.test\n", [] {
        const named_server before("before", "127.0.0.1");
        const auto port = reserve_port();
        plug_of_file plug(port, plug_text("a", port, {"db.test:" + std::to_string(before.port())}));
        BOOST_TEST(ask_name(port) == "before");
        listener after("127.0.0.7", before.port());
        std::ofstream("/etc/hosts", std::ios::trunc) << "127.0.0.7 db.test\n";
        plug->signal(SIGHUP);
        BOOST_TEST(plug->says("reloaded .*: nothing has changed"));
        const auto client = plug->connect();
        auto moved = after.accept_within(patience);
        BOOST_TEST(moved.has_value());
        BOOST_TEST(plug->errors().find("is down") == std::string::npos);
    });
}

BOOST_AUTO_TEST_SUITE_END()
