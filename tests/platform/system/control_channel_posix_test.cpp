// The control channel's socket: whose it is, what is left of it, and how many clients it serves.
#include "platform/control_channel.hpp"
#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using plug::platform::ask_control;
using plug::platform::control_channel;
using plug::platform::control_failure;
using plug::platform::control_request;
using plug::test::descriptor;
using plug::test::eventually;

namespace {

/// Answers a line with what `answer` says.
class answering final : public control_request {
public:
    explicit answering(std::function<std::string()> answer) : answer_(std::move(answer)) {}
    bool take(std::string_view bytes) override { return bytes.ends_with('\n'); }
    std::string answer() override { return answer_(); }

private:
    std::function<std::string()> answer_;
};

control_channel::begin_request saying(std::function<std::string()> answer) {
    return
        [answer = std::move(answer)](const auto&) { return std::make_unique<answering>(answer); };
}

control_channel::begin_request saying(const std::string& answer) {
    return saying([answer] { return answer; });
}

sockaddr_un address_of(const std::string& place) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    place.copy(where.sun_path, sizeof(where.sun_path) - 1);
    return where;
}

/// 0, or why not.
int connect_to(const descriptor& socket, const std::string& place) {
    const auto where = address_of(place);
    const auto* const address = reinterpret_cast<const sockaddr*>(&where);
    return ::connect(socket.number(), address, sizeof where) == 0 ? 0 : errno;
}

descriptor new_socket() { return descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

/// As a process that was killed leaves it.
void leave_socket(const std::string& place) {
    const auto left = new_socket();
    const auto where = address_of(place);
    BOOST_REQUIRE(::bind(left.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) ==
                  0);
}

struct place_for_one {
    plug::test::temporary_directory directory;
    const std::string place = (directory / "control").string();

    [[nodiscard]] std::unique_ptr<control_channel>
    open(const control_channel::begin_request& begin) const {
        control_failure failure;
        auto made = control_channel::open(place, begin, failure);
        BOOST_REQUIRE_MESSAGE(made != nullptr, failure.why);
        made->serve();
        return made;
    }
    [[nodiscard]] std::string ask() const { return ask_control(place, "?\n", 60s).bytes; }
};

/// While it lives, this process can open no descriptor more.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const rlimit none{static_cast<rlim_t>(next.number()), before_.rlim_max};
        BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;

private:
    rlimit before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(control_channel_posix)

BOOST_AUTO_TEST_CASE(a_request_that_is_being_answered_may_finish_when_the_place_is_given_up) {
    const place_for_one at;
    std::promise<void> asked;
    std::promise<void> go_on;
    auto old = at.open(saying([&] {
        asked.set_value();
        go_on.get_future().wait();
        return std::string("old");
    }));
    auto reply = std::async(std::launch::async, [&] { return at.ask(); });
    asked.get_future().wait();
    old->give_up(); // does not wait for the request
    BOOST_TEST(!std::filesystem::exists(at.place));
    const auto next = at.open(saying("new"));
    BOOST_TEST(at.ask() == "new");
    go_on.set_value();
    BOOST_TEST(reply.get() == "old");
    old.reset();
    BOOST_TEST(at.ask() == "new");
}

BOOST_AUTO_TEST_CASE(the_end_of_one_leaves_the_socket_of_another_at_its_place_alone) {
    const place_for_one at;
    auto robbed = at.open(saying("robbed"));
    std::filesystem::remove(at.place);
    const auto next = at.open(saying("next"));
    robbed.reset();
    BOOST_TEST(at.ask() == "next");
}

BOOST_AUTO_TEST_CASE(of_many_that_open_a_place_at_once_one_gets_it) {
    for (int round = 0; round < 50; ++round) {
        const place_for_one at;
        leave_socket(at.place);
        constexpr int many = 8;
        std::vector<std::unique_ptr<control_channel>> opened(many);
        std::atomic<int> ready{0};
        std::vector<std::thread> starting;
        for (auto& each : opened) {
            starting.emplace_back([&] {
                ++ready;
                while (ready < many) {
                }
                control_failure failure;
                each = control_channel::open(at.place, saying("winner"), failure);
                if (each) {
                    each->serve();
                }
            });
        }
        for (auto& each : starting) {
            each.join();
        }
        BOOST_TEST(
            std::ranges::count_if(opened, [](const auto& each) { return each != nullptr; }) == 1);
        BOOST_TEST(at.ask() == "winner");
    }
}

BOOST_AUTO_TEST_CASE(a_folder_that_somebody_else_has_locked_holds_nobody_up_for_long) {
    const place_for_one at;
    const descriptor folder(::open(at.directory.path().c_str(), O_RDONLY | O_CLOEXEC));
    BOOST_REQUIRE(::flock(folder.number(), LOCK_EX) == 0);
    const auto channel = at.open(saying("served"));
    BOOST_TEST(at.ask() == "served");
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_left_alone) {
    const place_for_one at;
    std::filesystem::create_directory(at.place);
    control_failure failure;
    BOOST_TEST(control_channel::open(at.place, saying("x"), failure) == nullptr);
    BOOST_TEST(!failure.is_taken);
    BOOST_TEST(std::filesystem::is_directory(at.place));
}

/// Requests that are there at this moment, and how many there were at most.
struct request_count {
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    std::atomic<int> ever{0};
};

class counted final : public control_request {
public:
    explicit counted(request_count& count) : count_(count) {
        ++count_.ever;
        count_.most = std::max<int>(count_.most, ++count_.now);
    }
    ~counted() override { --count_.now; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    bool take(std::string_view bytes) override { return bytes.ends_with('\n'); }
    std::string answer() override { return "at last"; }

private:
    request_count& count_;
};

BOOST_AUTO_TEST_CASE(sixteen_clients_are_served_at_once_and_silent_ones_make_way) {
    request_count count;
    const place_for_one at;
    const auto channel = at.open([&](const auto&) { return std::make_unique<counted>(count); });
    std::list<descriptor> silent;
    const auto before = std::chrono::steady_clock::now();
    for (int each = 0; each < 300; ++each) {
        silent.push_back(new_socket());
        BOOST_REQUIRE(connect_to(silent.back(), at.place) == 0);
    }
    BOOST_TEST(at.ask() == "at last");
    // 16 at a time for 1 s each would be 18 s, and 10 s each, as it was, 3 minutes.
    BOOST_TEST((std::chrono::steady_clock::now() - before < 15s));
    BOOST_TEST(count.most <= 16 + 1); // one is just accepted
    BOOST_TEST(count.ever == 301);
}

BOOST_AUTO_TEST_CASE(silent_clients_keep_their_seats_while_nobody_waits) {
    request_count count;
    const place_for_one at;
    const auto channel = at.open([&](const auto&) { return std::make_unique<counted>(count); });
    std::list<descriptor> slow;
    for (int each = 0; each < 16; ++each) {
        slow.push_back(new_socket());
        BOOST_REQUIRE(connect_to(slow.back(), at.place) == 0);
    }
    BOOST_TEST(eventually([&] { return count.now == 16; }));
    std::this_thread::sleep_for(300ms);
    for (const auto& each : slow) {
        BOOST_REQUIRE(::send(each.number(), "?\n", 2, MSG_NOSIGNAL) == 2);
        std::array<char, 100> reply{};
        BOOST_TEST(::recv(each.number(), reply.data(), reply.size(), MSG_WAITALL) == 7);
    }
}

BOOST_AUTO_TEST_CASE(a_reply_that_comes_in_drops_has_one_patience_for_all) {
    const plug::test::temporary_directory directory;
    const auto place = (directory / "control").string();
    const auto server = new_socket();
    const auto where = address_of(place);
    BOOST_REQUIRE(
        ::bind(server.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    BOOST_REQUIRE(::listen(server.number(), 1) == 0);
    auto asked = std::async(std::launch::async, [&] { return ask_control(place, "?\n", 500ms); });
    const descriptor client(::accept(server.number(), nullptr, nullptr));
    int drops = 0;
    while (drops < 300 && ::send(client.number(), "x", 1, MSG_NOSIGNAL) == 1) {
        ++drops;
        std::this_thread::sleep_for(100ms);
    }
    BOOST_TEST(asked.get().error == "no answer in time");
    BOOST_TEST(drops < 300);
}

BOOST_AUTO_TEST_CASE(a_client_is_known_by_the_user_that_it_runs_as,
                     *boost::unit_test::precondition(plug::test::is_root)) {
    const place_for_one at;
    std::filesystem::permissions(at.directory.path(), std::filesystem::perms{0755});
    std::mutex mutex;
    std::vector<plug::platform::control_peer> peers;
    const auto channel = at.open([&](const plug::platform::control_peer& peer) {
        const std::lock_guard lock(mutex);
        peers.push_back(peer);
        return std::make_unique<answering>([] { return std::string("served"); });
    });
    BOOST_TEST(at.ask() == "served");
    BOOST_REQUIRE(::chmod(at.place.c_str(), 0666) == 0);
    const int child = ::fork();
    if (child == 0) { // system calls only: this is a copy of a process with threads
        const auto where = address_of(at.place);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const bool said =
            ::setuid(54321) == 0 &&
            ::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
            ::send(socket, "?\n", 2, 0) == 2;
        char byte = 0;
        ::_exit(said && ::recv(socket, &byte, 1, 0) == 1 ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    const std::lock_guard lock(mutex);
    BOOST_REQUIRE(peers.size() == 2U);
    BOOST_TEST(peers.front().may_change);
    BOOST_TEST(!peers.back().may_change);
    BOOST_TEST(peers.back().user == "user 54321");
}

BOOST_AUTO_TEST_CASE(without_descriptors_it_waits_and_does_not_spin) {
    const place_for_one at;
    const auto channel = at.open(saying("at last"));
    const auto client = new_socket();
    {
        const no_descriptors now;
        BOOST_REQUIRE(connect_to(client, at.place) == 0);
        const auto before = std::clock();
        std::this_thread::sleep_for(1s);
        BOOST_TEST(std::clock() - before < CLOCKS_PER_SEC / 5);
    }
    BOOST_REQUIRE(::send(client.number(), "?\n", 2, 0) == 2);
    std::array<char, 100> reply{};
    BOOST_TEST(::recv(client.number(), reply.data(), reply.size(), MSG_WAITALL) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
