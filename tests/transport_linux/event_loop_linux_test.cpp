// The worker's epoll set: what one callback does to the others.
#include "platform/transport/linux/event_loop.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sys/eventfd.h>

namespace platform = plug::platform;

namespace {

/// Ready from the beginning.
struct ready final : platform::watched {
    explicit ready(std::function<void()> told)
        : watched(platform::descriptor{::eventfd(1, EFD_CLOEXEC)}), called(std::move(told)) {}
    void on_events(std::uint32_t /*events*/) override { called(); }

    std::function<void()> called;
};

/// Ready again each time that it was served.
struct restless final : platform::watched {
    explicit restless(std::function<void()> told)
        : watched(platform::descriptor{::eventfd(1, EFD_CLOEXEC)}), called(std::move(told)) {}
    void on_events(std::uint32_t /*events*/) override {
        ::eventfd_write(socket.get(), 1);
        called();
    }

    std::function<void()> called;
};

struct turn final : platform::scheduled {
    explicit turn(std::function<void()> told) : called(std::move(told)) {}
    void on_turn() override { called(); }
    void on_deadline() override { called(); }
    void on_abandoned() override {}

    std::function<void()> called;
};

} // namespace

BOOST_AUTO_TEST_SUITE(event_loop_linux)

// Edge-triggered events come once.
BOOST_AUTO_TEST_CASE(what_escapes_from_one_callback_takes_no_other_its_event_or_turn) {
    boost::asio::io_context context;
    platform::event_loop loop(context, {});
    int served = 0;
    const auto counts = [&] { ++served; };
    const auto fails = [] { throw std::runtime_error("as out of memory"); };
    ready* const watched[] = {new ready(fails), new ready(counts)};
    turn first(fails);
    turn second([&] {
        counts();
        loop.stop();
    });
    for (auto* const each : watched)
        BOOST_TEST(!loop.watch(*each));
    for (auto* const each : {&first, &second}) {
        loop.suspend(*each, platform::never);
        loop.make_ready(*each);
    }
    BOOST_CHECK_THROW(loop.run(), std::runtime_error);
    BOOST_TEST(served == 2);
    loop.run(); // and nothing is left to fail again
    for (auto* const each : watched)
        platform::event_loop::retire(each);
}

BOOST_AUTO_TEST_CASE(a_load_that_never_ends_holds_up_no_deadline) {
    boost::asio::io_context context;
    platform::event_loop loop(context, {});
    constexpr std::size_t sockets = 600; // more than two batches
    constexpr std::size_t patience = 10'000'000;
    std::size_t served = 0;
    bool has_come = false;
    std::vector<restless*> busy;
    for (std::size_t i = 0; i < sockets; ++i) {
        busy.push_back(new restless([&] {
            if (++served == patience)
                loop.stop();
        }));
        BOOST_TEST(!loop.watch(*busy.back()));
    }
    turn due([&] {
        has_come = true;
        loop.stop();
    });
    loop.suspend(due, platform::clock::now() + std::chrono::milliseconds(20));
    loop.run();
    BOOST_TEST(has_come);
    for (auto* const each : busy)
        platform::event_loop::retire(each);
}

BOOST_AUTO_TEST_CASE(a_handler_that_posts_itself_keeps_nobody_from_his_events) {
    boost::asio::io_context context;
    platform::event_loop loop(context, {});
    auto* const watched = new ready([&] { loop.stop(); });
    int posts = 0;
    std::function<void()> again = [&] {
        if (++posts < 1'000'000) { // so that the loop ends in any case
            boost::asio::post(context, again);
        }
    };
    boost::asio::post(context, again);
    BOOST_REQUIRE(!loop.watch(*watched));
    loop.run();
    BOOST_TEST(posts < 1'000'000);
    platform::event_loop::retire(watched);
}

BOOST_AUTO_TEST_SUITE_END()
