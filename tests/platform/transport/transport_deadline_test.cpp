// Deadlines and cancelling of what waits.
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

task<error_code> read_until(platform::connection& from, clock::time_point deadline) {
    std::array<char, 64> buffer;
    co_return (co_await from.read_some(asio::buffer(buffer), deadline)).error;
}

/// More than any send and receive buffers hold.
task<error_code> write_too_much_until(platform::connection& to, clock::time_point deadline) {
    const std::string bytes(100'000'000, 'x');
    co_return co_await to.write(asio::buffer(bytes), deadline);
}

task<bool> sleep_in_turn(platform::network& network, std::vector<clock::time_point> until,
                         std::size_t index, std::vector<std::size_t>& woken) {
    co_await network.sleep_until(until[index]);
    woken.push_back(index);
    co_return true;
}

task<error_code> read_once(platform::connection& from, bool& done) {
    const auto error = co_await read_until(from, safety_net());
    done = true;
    co_return error;
}

/// How often it comes back at once before what it sends is read on the same worker, at most 1000.
task<int> turns_until_read(platform::network& network, stream& outer, const bool& done) {
    outer.send("x");
    int turns = 0;
    for (; !done && turns < 1000; ++turns) {
        co_await network.sleep_until(network.now() + std::chrono::nanoseconds(1));
    }
    co_return turns;
}

/// Holds up its worker as a process that is stopped holds up all.
task<bool> do_nothing_until(std::shared_future<void> released) {
    released.wait();
    co_return true;
}

/// A worker that does nothing from its next turn on, until this object goes.
class held_up {
public:
    explicit held_up(transport_worker& held)
        : holding_(held.begin(do_nothing_until(release_.get_future().share()))) {}
    ~held_up() { release_.set_value(); }

private:
    std::promise<void> release_;
    std::future<bool> holding_;
};

task<error_code> connect_until(transport_worker& worker, platform::connection& made,
                               std::uint16_t port, clock::time_point deadline) {
    const platform::endpoint target(asio::ip::address_v4::loopback(), port);
    co_return co_await made.connect(worker.network(), target, {}, deadline);
}

std::size_t count_of(std::vector<std::future<error_code>>& outcomes, const error_code& wanted) {
    return static_cast<std::size_t>(std::ranges::count_if(
        outcomes, [&](auto& outcome) { return transport_worker::outcome_of(outcome) == wanted; }));
}

/// More than a transport takes from the system at a time.
constexpr std::size_t many = 300;
/// What is to happen while a worker does nothing happens within this time.
constexpr milliseconds held_for = 3s;

struct joined_worker : accepting_worker {
    joined_connection joined = connect_in(*this, acceptor());
    ~joined_worker() { stop(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_deadline)

BOOST_AUTO_TEST_CASE(a_read_ends_at_its_deadline_and_not_before) {
    joined_worker worker;
    const auto deadline = clock::now() + 100ms;
    BOOST_TEST(worker.run(read_until(*worker.joined.inner, deadline)) == asio::error::timed_out);
    BOOST_TEST((clock::now() >= deadline));
}

BOOST_AUTO_TEST_CASE(after_a_deadline_the_connection_can_still_be_read) {
    joined_worker worker;
    BOOST_TEST(worker.run(read_until(*worker.joined.inner, clock::now() + 10ms)) ==
               asio::error::timed_out);
    worker.joined.outer.send("x");
    BOOST_TEST(worker.run(read_until(*worker.joined.inner, safety_net())) == error_code{});
}

BOOST_AUTO_TEST_CASE(a_write_that_is_not_taken_ends_at_its_deadline) {
    joined_worker worker;
    BOOST_TEST(worker.run(write_too_much_until(*worker.joined.inner, clock::now() + 200ms)) ==
               asio::error::timed_out);
}

BOOST_AUTO_TEST_CASE(a_later_deadline_does_not_hold_up_an_earlier_one) {
    joined_worker worker;
    auto other = connect_in(worker, worker.acceptor());
    auto late = worker.begin(read_until(*worker.joined.inner, safety_net()));
    BOOST_TEST(worker.run(read_until(*other.inner, clock::now() + 50ms)) == asio::error::timed_out);
    BOOST_TEST((late.wait_for(0ms) == std::future_status::timeout));
    worker.joined.outer.send("x");
    BOOST_TEST(transport_worker::outcome_of(late) == error_code{});
    worker.stop();
}

BOOST_AUTO_TEST_CASE(bytes_that_came_in_time_are_read_by_a_worker_that_was_held_up) {
    joined_worker worker;
    std::vector<joined_connection> talking;
    for (std::size_t i = 0; i < many; ++i)
        talking.push_back(connect_in(worker, worker.acceptor()));
    const auto early = clock::now() + held_for / 10;
    const auto deadline = early + held_for;
    auto silent = worker.begin(read_until(*worker.joined.inner, early));
    std::vector<std::future<error_code>> outcomes;
    for (auto& each : talking)
        outcomes.push_back(worker.begin(read_until(*each.inner, deadline)));
    {
        const held_up held(worker);
        std::this_thread::sleep_until(early + 50ms);
        for (auto& each : talking)
            each.outer.send("x");
        BOOST_WARN((clock::now() < deadline));
        std::this_thread::sleep_until(deadline + 100ms);
    }
    BOOST_TEST(count_of(outcomes, {}) == many);
    BOOST_TEST(transport_worker::outcome_of(silent) == asio::error::timed_out);
    worker.stop();
}

BOOST_AUTO_TEST_CASE(connects_that_were_answered_in_time_succeed_on_a_worker_that_was_held_up) {
    accepting_worker worker;
    std::vector<platform::connection> made(many);
    const auto deadline = clock::now() + held_for;
    std::vector<std::future<error_code>> outcomes;
    for (auto& each : made)
        outcomes.push_back(worker.begin(connect_until(worker, each, worker.port(), deadline)));
    {
        const held_up held(worker);
        std::this_thread::sleep_until(deadline + 100ms);
    }
    BOOST_TEST(count_of(outcomes, {}) == many);
    worker.stop();
}

BOOST_AUTO_TEST_CASE(sleepers_wake_in_the_order_of_their_times) {
    accepting_worker worker;
    const auto now = clock::now();
    const std::vector<clock::time_point> until{now + 150ms, now + 50ms, now - 1s, now + 100ms};
    std::vector<std::size_t> woken;
    std::vector<std::future<bool>> done;
    for (std::size_t i = 0; i < until.size(); ++i) {
        done.push_back(worker.begin(sleep_in_turn(worker.network(), until, i, woken)));
    }
    for (auto& each : done)
        BOOST_TEST(transport_worker::outcome_of(each));
    BOOST_TEST(woken == (std::vector<std::size_t>{2, 1, 3, 0}), boost::test_tools::per_element());
    BOOST_TEST((clock::now() >= until[0]));
}

BOOST_AUTO_TEST_CASE(cancelling_ends_what_waits_and_all_that_comes_later) {
    joined_worker worker;
    auto reading = worker.begin(read_until(*worker.joined.inner, safety_net()));
    auto writing = worker.begin(write_too_much_until(*worker.joined.inner, safety_net()));
    worker.call([&] { worker.joined.inner->cancel(); });
    BOOST_TEST(transport_worker::outcome_of(reading) == asio::error::operation_aborted);
    BOOST_TEST(transport_worker::outcome_of(writing) == asio::error::operation_aborted);
    BOOST_TEST(static_cast<bool>(*worker.joined.inner));
    worker.joined.outer.send("x");
    BOOST_TEST(worker.run(read_until(*worker.joined.inner, safety_net())) ==
               asio::error::operation_aborted);
    BOOST_TEST(worker.run(write_too_much_until(*worker.joined.inner, safety_net())) ==
               asio::error::operation_aborted);
}

// What cuts thousands of sessions goes on so, a few at a time.
BOOST_AUTO_TEST_CASE(who_comes_back_at_once_again_and_again_keeps_nobody_from_his_events) {
    joined_worker worker;
    bool done = false;
    auto reading = worker.begin(read_once(*worker.joined.inner, done));
    worker.call([] {});
    BOOST_TEST(worker.run(turns_until_read(worker.network(), worker.joined.outer, done)) <= 10);
    BOOST_TEST(!transport_worker::outcome_of(reading));
}

BOOST_AUTO_TEST_CASE(cancelling_nothing_is_harmless) {
    joined_worker worker;
    platform::connection empty;
    worker.call([&] {
        empty.cancel();
        empty.close();
        empty.reset();
        worker.joined.inner->cancel();
        worker.joined.inner->cancel();
    });
    BOOST_TEST(!empty);
}

BOOST_AUTO_TEST_CASE(a_worker_that_stops_in_the_middle_leaves_nothing_behind) {
    joined_worker worker;
    auto reading = worker.begin(read_until(*worker.joined.inner, never));
    std::vector<std::size_t> woken;
    auto sleeping = worker.begin(sleep_in_turn(worker.network(), {safety_net()}, 0, woken));
    worker.call([] {});
    worker.stop();
    BOOST_TEST((reading.wait_for(0ms) == std::future_status::timeout));
    BOOST_TEST(woken.empty());
}

BOOST_AUTO_TEST_SUITE_END()
