// What is still on its way when a relay ends: it is delivered first, and may meet a reset.
#include "tests/support/net/pattern.hpp"
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace platform = plug::platform;
using platform::side;

namespace {

constexpr std::size_t total = 300'000;
/// Too much for what is between the two ends of a connection.
constexpr std::size_t portion = 8192;

stream_options narrow() {
    stream_options options;
    options.receive_buffer = 4096;
    return options;
}

platform::relay_options flushing_for(milliseconds time) {
    platform::relay_options options;
    options.flush_timeout = time;
    return options;
}

/// A session whose client has not read what its target sent before it was reset.
struct reset_session : relayed_session {
    explicit reset_session(milliseconds flush_timeout, std::size_t size = total)
        : relayed_session(flushing_for(flush_timeout), narrow()), sent(pattern(3, 0, size)) {
        relay();
        target.send(sent);
        // Until the transport has read it all, a reset would take back what is on its way to it.
        BOOST_REQUIRE(eventually([&] { return stats().from_target == sent.size(); }));
        target.reset();
    }
    const std::string sent;
};

/// A session whose target has ended its stream and takes nothing that the client sends.
struct unheard_session : relayed_session {
    explicit unheard_session(milliseconds flush_timeout = 1h)
        : relayed_session(flushing_for(flush_timeout)) {
        relay();
    }
    void end_by_target() {
        target.half_close();
        BOOST_TEST(client.receive_to_end().end == stream_end::orderly);
    }
    void send_and_end() {
        client.send(sent);
        client.half_close();
        BOOST_REQUIRE(eventually([&] { return stats().from_client == sent.size(); }));
    }
    const std::string sent = pattern(4, 0, total);
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_relay_delivery)

BOOST_AUTO_TEST_CASE(a_slow_reader_gets_all_that_came_before_a_reset_as_long_as_it_reads,
                     *boost::unit_test::precondition(knows_send_queues)) {
    constexpr milliseconds flush_timeout = 3s;
    reset_session session(flush_timeout);
    const auto slow_until = clock::now() + flush_timeout * 4 / 3;
    std::string got;
    while (clock::now() < slow_until && got.size() + portion < total) {
        got += session.client.receive(portion);
        std::this_thread::sleep_for(flush_timeout / 10);
    }
    BOOST_TEST(session.is_running());
    const auto rest = session.client.receive_to_end();
    BOOST_TEST((got + rest.bytes == session.sent));
    BOOST_TEST(rest.end == stream_end::reset);
    BOOST_TEST(session.result().error == asio::error::connection_reset);
}

BOOST_AUTO_TEST_CASE(cancelling_does_not_wait_for_the_last_bytes) {
    reset_session session(1h, total / 5);
    std::this_thread::sleep_for(200ms); // the relay knows of the reset by then
    session.cancel();
    BOOST_TEST(session.result().error == asio::error::operation_aborted);
    BOOST_TEST(session.client.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_request_that_meets_a_reset_behind_the_targets_end_is_no_clean_end) {
    int resets = 0;
    for (int round = 0; round < 20; ++round) {
        relayed_session session;
        session.relay();
        held_worker worker{session.worker()};
        session.client.send("request");
        session.client.half_close();
        std::this_thread::sleep_for(5ms);
        session.target.close();
        std::this_thread::sleep_for(5ms);
        worker.let_go();
        resets += session.client.receive_to_end().end == stream_end::reset ? 1 : 0;
        const auto result = session.result();
        BOOST_TEST(result.error.failed());
        BOOST_TEST((result.first == side::target));
    }
    BOOST_TEST(resets > 0); // where the end of the target was not passed on before
}

BOOST_AUTO_TEST_CASE(a_request_with_its_end_that_meets_a_reset_is_a_failure_of_the_target) {
    for (int round = 0; round < 20; ++round) {
        relayed_session session;
        session.relay();
        session.target.close();
        BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
        held_worker worker{session.worker()};
        session.client.send("request");
        session.client.half_close();
        worker.let_go();
        const auto result = session.result();
        BOOST_TEST(result.error.failed());
        BOOST_TEST((result.first == side::target));
    }
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(knows_send_queues))
BOOST_DATA_TEST_CASE(a_target_that_resets_what_it_has_not_taken_is_a_failure,
                     data::make({true, false}), target_ends_first) {
    unheard_session session;
    if (target_ends_first)
        session.end_by_target();
    session.send_and_end();
    if (!target_ends_first)
        session.target.half_close();
    BOOST_TEST(session.is_running());
    session.target.reset();
    const auto result = session.result();
    BOOST_TEST(result.error.failed());
    BOOST_TEST((result.first == side::target));
}

BOOST_DATA_TEST_CASE(a_target_that_takes_its_last_bytes_late_ends_the_session_in_order,
                     data::make({true, false}) * data::make({true, false}), target_ends_first,
                     is_too_late) {
    unheard_session session(is_too_late ? 100ms : 1h);
    if (target_ends_first)
        session.end_by_target();
    session.send_and_end();
    if (!target_ends_first)
        session.target.half_close();
    if (is_too_late)
        BOOST_TEST(session.result().error == error_code{}); // the system goes on with it
    const auto got = session.target.receive_to_end();
    BOOST_TEST((got.bytes == session.sent));
    BOOST_TEST(got.end == stream_end::orderly);
    BOOST_TEST(session.client.receive_to_end().end == stream_end::orderly);
    if (!is_too_late)
        BOOST_TEST(session.result().error == error_code{});
}

BOOST_AUTO_TEST_SUITE_END()
