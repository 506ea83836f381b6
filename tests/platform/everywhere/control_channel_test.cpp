// The control channel: one request of one client at a time, on this machine.
#include "platform/control_channel.hpp"

#include "platform/host.hpp"
#include "tests/support/process/skipping.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <thread>

using namespace std::chrono_literals;
using plug::platform::ask_control;

namespace {

/// Takes a line, and gives it back.
class echo final : public plug::platform::control_request {
public:
    bool take(std::string_view bytes) override {
        line_ += bytes;
        return line_.ends_with('\n');
    }
    std::string answer() override { return "you said " + line_; }

private:
    std::string line_;
};

/// A place of this process alone.
std::string some_place(const plug::test::temporary_directory& directory) {
    static int count = 0;
    const auto number = std::to_string(++count);
    return plug::platform::can_detach()
               ? (directory / ("control" + number)).string()
               : R"(\\.\pipe\plug-test-)" + std::to_string(plug::platform::process_id()) + "-" +
                     number;
}

class served_channel {
public:
    served_channel() : place(some_place(directory_)) { open(); }

    void open() {
        plug::platform::control_failure failure;
        channel = plug::platform::control_channel::open(
            place, [](const auto&) { return std::make_unique<echo>(); }, failure);
        BOOST_REQUIRE_MESSAGE(channel != nullptr, failure.why);
        channel->serve();
    }

    [[nodiscard]] std::string ask(const std::string& line) const {
        const auto reply = ask_control(place, line, 10s);
        BOOST_TEST(reply.error == "");
        return reply.bytes;
    }

private:
    plug::test::temporary_directory directory_;

public:
    const std::string place;
    std::unique_ptr<plug::platform::control_channel> channel;
};

} // namespace

BOOST_AUTO_TEST_SUITE(control_channel)

BOOST_AUTO_TEST_CASE(every_client_gets_its_reply) {
    const served_channel served;
    for (int each = 0; each < 20; ++each) {
        const auto line = "number " + std::to_string(each) + "\n";
        BOOST_TEST(served.ask(line) == "you said " + line);
    }
}

BOOST_AUTO_TEST_CASE(a_request_and_a_reply_may_be_long) {
    const served_channel served;
    const std::string line = std::string(60'000, 'x') + "\n";
    BOOST_TEST(served.ask(line) == "you said " + line);
}

BOOST_AUTO_TEST_CASE(a_request_beyond_all_bounds_gets_no_reply) {
    const served_channel served;
    const auto reply = ask_control(served.place, std::string(500'000, 'x') + "\n", 10s);
    BOOST_TEST(reply.bytes == "");
    BOOST_TEST(served.ask("still there\n") == "you said still there\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_says_nothing_holds_up_nobody) {
    const served_channel served;
    std::thread silent([&] { ask_control(served.place, "no end of line", 500ms); });
    BOOST_TEST(served.ask("hello\n") == "you said hello\n");
    silent.join();
}

BOOST_AUTO_TEST_CASE(a_request_that_does_not_come_is_not_waited_for) {
    const served_channel served;
    const auto before = std::chrono::steady_clock::now();
    ask_control(served.place, "no end of line", 60s);
    // The limit is 1 s; it was 10 s.
    BOOST_TEST((std::chrono::steady_clock::now() - before < 8s));
}

BOOST_AUTO_TEST_CASE(a_reply_beyond_what_the_client_takes_is_an_error) {
    const served_channel served;
    const std::string line = std::string(50'000, 'x') + "\n";
    const auto reply = ask_control(served.place, line, 10s, 40'000);
    BOOST_TEST(reply.error == "the reply is longer than 40000 bytes");
    BOOST_TEST(ask_control(served.place, line, 10s, 60'000).error == "");
}

BOOST_AUTO_TEST_CASE(two_plugs_cannot_serve_one_place) {
    const served_channel served;
    plug::platform::control_failure failure;
    BOOST_TEST(plug::platform::control_channel::open(
                   served.place, [](const auto&) { return std::make_unique<echo>(); }, failure) ==
               nullptr);
    BOOST_TEST((failure.why.find("another plug serves it") != std::string::npos));
    BOOST_TEST(failure.is_taken);
}

BOOST_AUTO_TEST_CASE(a_place_that_nobody_serves_is_told) {
    served_channel served;
    served.channel.reset();
    BOOST_TEST(ask_control(served.place, "hello\n", 1s).error != "");
    BOOST_TEST(!std::filesystem::exists(served.place));
    served.open();
    BOOST_TEST(served.ask("again\n") == "you said again\n");
}

BOOST_AUTO_TEST_CASE(a_place_that_was_given_up_is_served_by_the_next) {
    served_channel served;
    BOOST_TEST(served.ask("old\n") == "you said old\n");
    const auto old = std::move(served.channel);
    old->give_up();
    // Windows has one name for both until the thread has closed the pipe.
    BOOST_TEST(plug::test::eventually(
        [&] { return ask_control(served.place, "hello\n", 1s).error != ""; }));
    served.open();
    BOOST_TEST(served.ask("new\n") == "you said new\n");
}

BOOST_AUTO_TEST_SUITE_END()
