// The control channel's socket: whose it is, what is left of it, and how many clients it serves.
#include "platform/control_channel.hpp"
#include "tests/support/descriptor.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace std::chrono_literals;
using plug::platform::ask_control;
using plug::platform::control_channel;
using plug::platform::control_failure;
using plug::platform::control_request;
using plug::test::descriptor;

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
    return [answer = std::move(answer)] { return std::make_unique<answering>(answer); };
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

BOOST_AUTO_TEST_SUITE_END()
