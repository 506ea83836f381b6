// A worker's thread, and the end of its sessions.
#include "core/worker.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::testing::config_with;
using plug::testing::scripted_plug;

std::string text_of(const std::exception_ptr& escaped) {
    try {
        std::rethrow_exception(escaped);
    } catch (const std::exception& error) {
        return error.what();
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(an_exception_from_a_handler_is_told_and_the_worker_goes_on) {
    plug::census counted(10);
    plug::worker runner(counted, {});
    std::vector<std::string> escaped;
    std::promise<void> later;
    boost::asio::post(runner.context(), [] { throw std::runtime_error("no luck"); });
    runner.start([&](const std::exception_ptr& error) { escaped.push_back(text_of(error)); });
    boost::asio::post(runner.context(), [&] { later.set_value(); });
    BOOST_TEST((later.get_future().wait_for(60s) == std::future_status::ready));
    runner.finish();
    runner.join();
    BOOST_TEST((escaped == std::vector<std::string>{"no luck"}));
}

BOOST_AUTO_TEST_CASE(a_worker_waits_for_work_until_it_is_told_to_finish) {
    plug::census counted(10);
    plug::worker runner(counted, {});
    runner.start([](const std::exception_ptr&) {});
    for (int each = 0; each < 3; ++each) {
        std::promise<void> done;
        boost::asio::post(runner.context(), [&] { done.set_value(); });
        BOOST_TEST((done.get_future().wait_for(60s) == std::future_status::ready));
    }
    runner.finish();
    runner.join();
}

BOOST_AUTO_TEST_CASE(sessions_are_cut_when_the_grace_time_is_over) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.start();
    std::vector<std::size_t> cut;
    scripted.runner.cut_sessions_after(1ms, [&](std::size_t count) { cut.push_back(count); });
    const auto patience = std::chrono::steady_clock::now() + 60s;
    while (cut.empty() && std::chrono::steady_clock::now() < patience) {
        std::this_thread::sleep_for(1ms);
        scripted.net.settle();
    }
    BOOST_TEST((cut == std::vector<std::size_t>{2}));
    BOOST_TEST(scripted.counted.sessions() == 0U);
}

BOOST_AUTO_TEST_CASE(sessions_run_on_while_the_grace_time_lasts) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.runner.cut_sessions_after(1h, [](std::size_t) {});
    scripted.net.settle();
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
