// What a supervisor passes, as a process of its own takes it.
#include "platform/passed_sockets.hpp"
#include "tests/support/net/descriptor.hpp"
#include "tests/support/net/listener.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace plug::platform;
using plug::test::descriptor;
using plug::test::listener;

namespace {

/// The environment of systemd; `process` 0 = the child itself.
struct announcement {
    std::string count;
    std::string names;
    int process = 0;
};

void announce(const announcement& made) {
    const int process = made.process == 0 ? ::getpid() : made.process;
    ::setenv("LISTEN_PID", std::to_string(process).c_str(), 1);
    ::setenv("LISTEN_FDS", made.count.c_str(), 1);
    ::setenv("LISTEN_FDNAMES", made.names.c_str(), 1);
}

/// Moves copies of `passed` to descriptor 3 and on.
void place(const std::vector<int>& passed) {
    std::vector<int> lifted;
    for (const int each : passed) {
        lifted.push_back(::fcntl(each, F_DUPFD, 100));
    }
    int number = 3;
    for (const int each : lifted) {
        ::dup2(each, number++);
        ::close(each);
    }
    ::close(number); // the next one is not open
}

std::string described(const passed_sockets& taken) {
    std::string all;
    for (const auto& each : taken) {
        const bool closes = (::fcntl(each->number(), F_GETFD) & FD_CLOEXEC) != 0;
        const bool waits = (::fcntl(each->number(), F_GETFL) & O_NONBLOCK) == 0;
        all += std::to_string(each->number()) + " " + each->name() + " " +
               std::to_string(each->local().port()) + (closes ? "" : " inherited") +
               (waits ? " blocking" : "") + (each->serves_both_families() ? " both" : "") + "\n";
    }
    return all;
}

/// What a child that was passed these takes, or why it does not, and what it leaves in the
/// environment.
std::string taken_by_child(const std::vector<int>& passed, const announcement& made) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe(ends.data()) == 0);
    const descriptor reader(ends[0]);
    descriptor writer(ends[1]);
    const int child = ::fork();
    if (child == 0) {
        const int out = ::fcntl(writer.number(), F_DUPFD, 200);
        place(passed);
        announce(made);
        std::string why;
        std::string told = described(take_passed_sockets(why)) + why;
        told += std::getenv("LISTEN_FDS") != nullptr ? " and leaves the environment" : "";
        const auto written = ::write(out, told.data(), told.size());
        ::_exit(written < 0 ? 1 : 0);
    }
    writer.close();
    std::string told;
    std::array<char, 1000> bytes{};
    for (ssize_t size = 0; (size = ::read(reader.number(), bytes.data(), bytes.size())) > 0;) {
        told.append(bytes.data(), static_cast<std::size_t>(size));
    }
    ::waitpid(child, nullptr, 0);
    return told;
}

std::string refusal(const std::string& which, const std::string& fault) {
    return "cannot use descriptor " + which + ", that the supervisor has passed: " + fault;
}

} // namespace

BOOST_AUTO_TEST_SUITE(passed_sockets)

BOOST_AUTO_TEST_CASE(every_passed_socket_is_taken_with_its_name_and_address) {
    const listener one;
    const listener other("::1");
    const auto told = taken_by_child({one.number(), other.number()}, {"2", "web:mail"});
    BOOST_TEST(told == "3 web " + std::to_string(one.port()) + "\n4 mail " +
                           std::to_string(other.port()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_socket_without_a_name_is_taken_too) {
    const listener one;
    const listener other;
    const auto told = taken_by_child({one.number(), other.number()}, {"2", ":"});
    BOOST_TEST(told == "3 unknown " + std::to_string(one.port()) + "\n4 unknown " +
                           std::to_string(other.port()) + "\n");
}

BOOST_AUTO_TEST_CASE(what_is_for_another_process_or_no_number_is_not_taken) {
    const listener one;
    BOOST_TEST(taken_by_child({one.number()}, {"1", "web", 1}) == "");
    for (const char* count : {"", "0", "-1", "one", "99999999999999999999"}) {
        BOOST_TEST(taken_by_child({one.number()}, {count, "web"}) == "", count);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_listening_tcp_socket_is_refused_by_name) {
    const listener one;
    const descriptor datagrams(::socket(AF_INET, SOCK_DGRAM, 0));
    BOOST_TEST(taken_by_child({one.number(), datagrams.number()}, {"2", "web:dns"}) ==
               refusal("4, dns", "it is no TCP socket"));
    const descriptor local(::socket(AF_UNIX, SOCK_STREAM, 0));
    BOOST_TEST(taken_by_child({local.number()}, {"1", "local"}) ==
               refusal("3, local", "it has no address of IPv4 or IPv6"));
    const descriptor idle(::socket(AF_INET6, SOCK_STREAM, 0));
    BOOST_TEST(taken_by_child({idle.number()}, {"1", "idle"}) ==
               refusal("3, idle", "it does not listen; the socket unit needs Accept=no"));
    const descriptor file(::open("/dev/null", O_RDONLY));
    BOOST_TEST(taken_by_child({file.number()}, {"1", "file"}) ==
               refusal("3, file", "it is no socket"));
    BOOST_TEST(taken_by_child({one.number()}, {"2", "web"}) ==
               refusal("4, unknown", "it is not open"));
}

BOOST_AUTO_TEST_SUITE_END()
