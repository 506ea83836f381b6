// A worker's thread, and the end of its sessions.
#include "core/plug/worker.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <stdexcept>
#include <string>
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
    runner.post([] { throw std::runtime_error("no luck"); });
    runner.start([&](const std::exception_ptr& error) { escaped.push_back(text_of(error)); });
    runner.post([&] { later.set_value(); });
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
        runner.post([&] { done.set_value(); });
        BOOST_TEST((done.get_future().wait_for(60s) == std::future_status::ready));
    }
    runner.finish();
    runner.join();
}

BOOST_AUTO_TEST_CASE(sessions_are_cut_when_the_grace_time_is_over) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.start();
    scripted.runner.cut_sessions_after(10s, scripted.events);
    scripted.net.advance(10s);
    const auto cut = scripted.events.of<plug::sessions_cut>();
    BOOST_REQUIRE(cut.size() == 1U);
    BOOST_TEST(cut.front().sessions == 2U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
}

BOOST_AUTO_TEST_CASE(sessions_run_on_while_the_grace_time_lasts) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.runner.cut_sessions_after(10s, scripted.events);
    scripted.net.advance(9s);
    BOOST_TEST(scripted.events.of<plug::sessions_cut>().empty());
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
