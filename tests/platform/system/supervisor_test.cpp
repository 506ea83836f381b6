// What a supervisor hears: a datagram socket of the test stands for systemd.
#include "platform/supervisor.hpp"
#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace plug::platform;
using plug::test::temporary_directory;

namespace {

/// Sets a variable while it lives.
class variable {
public:
    variable(const char* name, const std::string& value) : name_(name) {
        ::setenv(name, value.c_str(), 1);
    }
    ~variable() { ::unsetenv(name_); }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    const char* name_;
};

/// The supervisor's end. A name that begins with @ is one of the abstract namespace.
class notify_socket {
public:
    explicit notify_socket(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        std::copy(name.begin(), name.end(), where.sun_path);
        if (name.starts_with("@")) {
            where.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        BOOST_REQUIRE(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&where), size) == 0);
    }

    /// The next message; empty = there is none.
    [[nodiscard]] std::string heard() const {
        std::array<char, 1000> bytes{};
        const auto size = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
        return size < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(size));
    }

private:
    plug::test::descriptor socket_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(supervisor)

BOOST_AUTO_TEST_CASE(a_supervisor_hears_what_it_is_told) {
    const temporary_directory directory;
    const auto name = (directory / "notify").string();
    const notify_socket socket(name);
    const variable where("NOTIFY_SOCKET", name);
    tell_supervisor("READY=1\nSTATUS=1 port", 0s);
    BOOST_TEST(socket.heard() == "READY=1\nSTATUS=1 port");
    BOOST_TEST(socket.heard().empty());
}

BOOST_AUTO_TEST_CASE(a_name_of_the_abstract_namespace_is_reached_too) {
    const std::string name = "@plug-supervisor-test-" + std::to_string(::getpid());
    const notify_socket socket(name);
    const variable where("NOTIFY_SOCKET", name);
    tell_supervisor("STOPPING=1", 0s);
    BOOST_TEST(socket.heard() == "STOPPING=1");
}

BOOST_AUTO_TEST_CASE(a_reload_is_told_with_its_monotonic_time) {
    const temporary_directory directory;
    const auto name = (directory / "notify").string();
    const notify_socket socket(name);
    const variable where("NOTIFY_SOCKET", name);
    const auto microseconds = [] {
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    const auto before = microseconds();
    tell_supervisor_of_reload();
    const auto after = microseconds();
    const auto heard = socket.heard();
    const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
    BOOST_REQUIRE(heard.starts_with(begin));
    const auto told = std::stoll(heard.substr(begin.size()));
    BOOST_TEST(told >= before);
    BOOST_TEST(told <= after);
}

BOOST_AUTO_TEST_CASE(a_supervisor_whose_socket_is_full_is_waited_for_where_that_is_asked_for) {
    const temporary_directory directory;
    const auto name = (directory / "notify").string();
    const notify_socket socket(name);
    const variable where("NOTIFY_SOCKET", name);
    constexpr int more_than_it_holds = 2000;
    for (int each = 0; each < more_than_it_holds; ++each) {
        tell_supervisor("WATCHDOG=1", 0s); // does not wait
    }
    std::thread reader([&] {
        std::this_thread::sleep_for(200ms);
        while (!socket.heard().empty()) {
        }
    });
    tell_supervisor("READY=1", 60s);
    reader.join();
    std::string last;
    for (auto heard = socket.heard(); !heard.empty(); heard = socket.heard()) {
        last = heard;
    }
    BOOST_TEST(last == "READY=1");
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_never_reads_is_given_up) {
    const temporary_directory directory;
    const auto name = (directory / "notify").string();
    const notify_socket socket(name);
    const variable where("NOTIFY_SOCKET", name);
    for (int each = 0; each < 2000; ++each) {
        tell_supervisor("WATCHDOG=1", 0s);
    }
    tell_supervisor("READY=1", 100ms);
    tell_supervisor_of_reload();
}

BOOST_AUTO_TEST_CASE(without_a_supervisor_that_listens_nothing_happens) {
    tell_supervisor("READY=1", 0s);
    const variable where("NOTIFY_SOCKET", "/nonexistent/notify");
    tell_supervisor("READY=1", 0s);
    BOOST_TEST(!watchdog_interval().has_value());
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_for_the_process_that_it_names) {
    const variable where("NOTIFY_SOCKET", "/nonexistent/notify");
    const variable interval("WATCHDOG_USEC", "30000000");
    BOOST_TEST((watchdog_interval() == std::chrono::microseconds(30s)));
    {
        const variable process("WATCHDOG_PID", std::to_string(::getpid()));
        BOOST_TEST((watchdog_interval() == std::chrono::microseconds(30s)));
    }
    const variable process("WATCHDOG_PID", std::to_string(::getpid() + 1));
    BOOST_TEST(!watchdog_interval().has_value());
}

BOOST_AUTO_TEST_CASE(a_watchdog_interval_that_is_no_number_is_none) {
    const variable where("NOTIFY_SOCKET", "/nonexistent/notify");
    for (const char* wrong : {"", "0", "30s", "-1"}) {
        const variable interval("WATCHDOG_USEC", wrong);
        BOOST_TEST(!watchdog_interval().has_value(), wrong);
    }
}

BOOST_AUTO_TEST_SUITE_END()
