// Sockets that a supervisor has passed: the test holds them open, as systemd does.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>

using namespace plug::test;

namespace {

start_options passing(int number, const std::string& name) {
    start_options options;
    options.passed = {{number, name}};
    return options;
}

start_options passing(const listener& socket, const std::string& name = "web") {
    return passing(socket.number(), name);
}

/// Runs from a file that a test writes again and again.
class passed_plug {
public:
    passed_plug(const std::string& text, const listener& socket) {
        write(text);
        program_.emplace(words{"run", "--config", path()}, passing(socket));
    }

    void reload(const std::string& text) {
        write(text);
        program_->signal(SIGHUP);
        BOOST_REQUIRE_MESSAGE(program_->says("reloaded .*: ", ++reloads_), program_->errors());
    }

    program* operator->() { return &*program_; }

private:
    void write(const std::string& text) {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << text;
    }
    [[nodiscard]] std::string path() const { return (directory_ / "plug.toml").string(); }

    temporary_directory directory_;
    std::optional<program> program_;
    std::size_t reloads_ = 0;
};

std::string file_of(const std::string& listen, const named_server& target) {
    return "[process]\nthreads = 4\n[plug.web]\nlisten = \"" + listen + "\"\ntargets = [\"" +
           target.address() + "\"]\n";
}

/// Clients that come one after the other in three threads, and how many were not served.
class traffic {
public:
    explicit traffic(std::uint16_t port) : port_(port) {
        for (auto& each : threads_)
            each = std::thread([this] { run(); });
    }
    ~traffic() { end(); }
    traffic(const traffic&) = delete;
    traffic& operator=(const traffic&) = delete;

    void end() {
        ends_ = true;
        for (auto& each : threads_)
            if (each.joinable())
                each.join();
    }

    /// Returns when so many more have been served.
    [[nodiscard]] bool goes_on(std::size_t count) const {
        const auto wanted = served_ + count;
        return eventually([&] { return served_ >= wanted || failed_ > 0; }) && failed_ == 0;
    }
    [[nodiscard]] std::size_t failed() const { return failed_; }

private:
    void run() {
        while (!ends_) {
            try {
                (ask_name(port_) == "a" ? served_ : failed_)++;
            } catch (const std::exception&) {
                failed_++;
            }
        }
    }

    const std::uint16_t port_;
    std::atomic<bool> ends_ = false;
    std::atomic<std::size_t> served_ = 0;
    std::atomic<std::size_t> failed_ = 0;
    std::array<std::thread, 3> threads_;
};

/// A run that is passed `number` and refuses to start, and says why.
void check_refused(int number, const std::string& fault) {
    program plug({"run", "fd:web", "127.0.0.1:9"}, passing(number, "web"));
    BOOST_TEST(plug.exit_code() == 78);
    BOOST_TEST(plug.errors() == "plug: cannot use descriptor 3, web, that the supervisor has "
                                "passed: " +
                                    fault + "\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(passed_sockets, *posix_only("descriptors that are passed"))

BOOST_AUTO_TEST_CASE(the_listen_of_its_address_takes_a_passed_socket) {
    const named_server a("a");
    const listener held;
    for (const char* threads : {"1", "4"}) {
        program plug({"run", held.address(), a.address(), "--threads", threads}, passing(held));
        BOOST_TEST(ask_name(held.port()) == "a");
        BOOST_TEST(listening_sockets(held.port()) == 1U);
        BOOST_TEST(plug.stop() == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_passed_socket_is_taken_by_its_name) {
    const named_server a("a");
    const listener held;
    program plug({"run", "fd:web", a.address(), "--log-connections"}, passing(held));
    BOOST_TEST(ask_name(held.port()) == "a");
    BOOST_TEST(plug.says("\\(127.0.0.1 " + std::to_string(held.port()) + "\\): Connect from"));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_plug_that_detaches_takes_it_too) {
    const named_server a("a");
    const listener held;
    program plug({held.address(), a.address()}, passing(held));
    BOOST_TEST(plug.exit_code() == 0);
    BOOST_TEST(ask_name(held.port()) == "a");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(while_the_plug_is_replaced_no_client_is_refused_or_lost) {
    const named_server a("a");
    const listener held;
    const words line{"run", held.address(), a.address(), "--threads", "4"};
    auto plug = std::make_unique<program>(line, passing(held));
    traffic clients(held.port());
    for (int round = 0; round < 5; ++round) {
        BOOST_TEST(clients.goes_on(100));
        BOOST_TEST(plug->stop() == 0);
        plug = std::make_unique<program>(line, passing(held));
    }
    BOOST_TEST(clients.goes_on(100));
    clients.end();
    BOOST_TEST(clients.failed() == 0U);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_plug_that_stops_leaves_the_queue_to_the_next_one) {
    const named_server a("a");
    const listener held;
    const words line{"run", held.address(), a.address(), "--threads", "4"};
    program first(line, passing(held));
    auto running = stream::connect("127.0.0.1", held.port());
    BOOST_TEST(running.receive(2) == "a\n");
    first.request_stop();
    BOOST_TEST(eventually([&] { return descriptor_target(first.process(), 3).empty(); }));
    auto waiting = stream::connect("127.0.0.1", held.port());
    BOOST_TEST(waiting.is_silent_for(100ms));
    running.close();
    BOOST_TEST(first.finish() == 0);
    program second(line, passing(held));
    BOOST_TEST(waiting.receive(2) == "a\n");
    BOOST_TEST(second.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_socket_that_a_reload_took_away_comes_back_with_its_queue) {
    const named_server a("a");
    const listener held;
    const auto elsewhere = reserve_port();
    passed_plug plug(file_of(held.address(), a), held);
    for (std::size_t round = 1; round <= 3; ++round) {
        BOOST_TEST(ask_name(held.port()) == "a");
        plug.reload(file_of(join("127.0.0.1", elsewhere), a));
        BOOST_TEST(plug->says("the supervisor has passed " + literally(held.address()) +
                                  " \\(web\\), and no plug listens there",
                              round));
        auto waiting = stream::connect("127.0.0.1", held.port());
        BOOST_TEST(waiting.is_silent_for(50ms));
        plug.reload(file_of(round % 2 == 0 ? held.address() : "fd:web", a));
        BOOST_TEST(waiting.receive(2) == "a\n");
    }
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_that_names_it_otherwise_leaves_it_open) {
    const named_server a("a");
    const listener held;
    passed_plug plug(file_of(held.address(), a), held);
    traffic clients(held.port());
    for (const auto& listen : {std::string("fd:web"), held.address(), std::string("fd:web")}) {
        BOOST_TEST(clients.goes_on(50));
        plug.reload(file_of(listen, a));
    }
    BOOST_TEST(clients.goes_on(50));
    clients.end();
    BOOST_TEST(clients.failed() == 0U);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_takes_is_told) {
    const named_server a("a");
    const listener held;
    const auto port = reserve_port();
    running_plug plug(port, {"run", join("127.0.0.1", port), a.address()}, passing(held));
    BOOST_TEST(ask_name(port) == "a");
    BOOST_TEST(plug.says("the supervisor has passed " + literally(held.address()) +
                         " \\(web\\), and no plug listens there: its clients wait in vain"));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(sockets_for_another_process_are_left_alone) {
    const named_server a("a");
    const auto port = reserve_port();
    start_options options;
    options.environment = {"LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=web"};
    running_plug plug(port, {"run", join("127.0.0.1", port), a.address()}, options);
    BOOST_TEST(ask_name(port) == "a");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_listening_tcp_socket_is_refused) {
    const descriptor datagrams(::socket(AF_INET, SOCK_DGRAM, 0));
    check_refused(datagrams.number(), "it is no TCP socket");
    const descriptor local(::socket(AF_UNIX, SOCK_STREAM, 0));
    check_refused(local.number(), "it has no address of IPv4 or IPv6");
    const listener held;
    const auto connected = stream::connect("127.0.0.1", held.port());
    check_refused(connected.number(), "it does not listen; the socket unit needs Accept=no");
    const temporary_directory directory;
    check_refused(::open(directory.path().c_str(), O_RDONLY), "it is no socket");
}

BOOST_AUTO_TEST_CASE(a_name_that_was_not_passed_is_refused) {
    const listener held;
    program plug({"run", "fd:mail", "127.0.0.1:9"}, passing(held));
    BOOST_TEST(plug.exit_code() == 78);
    BOOST_TEST(
        plug.errors() ==
        "plug: cannot listen on fd:mail: the supervisor has passed no socket of that name\n");
}

BOOST_AUTO_TEST_CASE(two_sockets_of_one_name_are_told_apart_by_their_addresses) {
    const listener one;
    const listener other;
    start_options options;
    options.passed = {{one.number(), "web"}, {other.number(), "web"}};
    program plug({"run", "fd:web", "127.0.0.1:9"}, options);
    BOOST_TEST(plug.exit_code() == 78);
    BOOST_TEST(plug.errors() ==
               "plug: cannot listen on fd:web: the supervisor has passed 2 sockets of that name; "
               "write their addresses, such as " +
                   one.address() + "\n");
}

BOOST_AUTO_TEST_CASE(a_listen_of_its_port_and_not_of_its_address_is_told_of_it) {
    const listener held;
    program plug({"run", std::to_string(held.port()), "127.0.0.1:9"}, passing(held));
    BOOST_TEST(plug.exit_code() == 69);
    BOOST_TEST(plug.errors().find("; the supervisor has passed " + held.address() +
                                  " (web), which is not that address: write it, or fd:web\n") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
