// Sessions that the limits of their plug end, beside others that go on.
#include "tests/support/net/listener.hpp"
#include "tests/support/net/pattern.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

/// A plug with one target that the test holds, and with limits.
struct limited {
    listener front;
    running_plug plug;

    limited(int threads, words options)
        : plug(start_plug({front.address()},
                          together(std::move(options),
                                   {"--threads", std::to_string(threads), "--debug", "--debug"}))) {
    }
};

/// The two outer ends of a session.
struct joined {
    stream client;
    stream target;
    explicit joined(limited& through, const stream_options& client_options = {})
        : client(through.plug.connect(client_options)), target(through.front.accept()) {}

    /// Moves a byte from time to time until `other` has ended; tells how that did.
    stream_end keep_busy_until_end_of(stream& other) {
        auto end = stream_end::timed_out;
        while (end == stream_end::timed_out) {
            client.send("x");
            BOOST_REQUIRE(target.receive(1) == "x");
            end = other.receive_to_end(50ms).end;
        }
        return end;
    }

    bool still_talks() {
        target.send("still there");
        return client.receive(11) == "still there";
    }
};

bool has_cut(const limited& run) {
    return count_matches(run.plug.errors(), "timeout while relaying") > 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_limits)

BOOST_DATA_TEST_CASE(an_idle_session_is_reset_while_a_busy_one_goes_on, data::make({1, 4}),
                     threads) {
    limited run(threads, {"--idle-timeout", "2s"});
    joined busy(run);
    joined idle(run);
    BOOST_TEST(busy.keep_busy_until_end_of(idle.client) == stream_end::reset);
    BOOST_TEST(idle.target.receive_to_end().end == stream_end::reset);
    BOOST_TEST(busy.still_talks());
    BOOST_TEST(run.plug.says(
        "idle timeout while relaying, ended by the plug, .*, 0 bytes in, 0 bytes out"));
    BOOST_TEST(count_matches(run.plug.errors(), "idle timeout") == 1U);
}

BOOST_AUTO_TEST_CASE(a_half_closed_session_is_reset_while_an_open_one_goes_on) {
    limited run(1, {"--half-closed-timeout", "500ms"});
    joined open(run);
    joined half(run);
    half.client.half_close();
    BOOST_TEST(half.target.receive_some(0ms) == "");
    BOOST_TEST(half.client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(open.still_talks());
    BOOST_TEST(run.plug.says("half-closed timeout while relaying"));
}

BOOST_AUTO_TEST_CASE(a_half_closed_session_goes_on_while_the_other_side_talks) {
    limited run(1, {"--half-closed-timeout", "2s"});
    joined talking(run);
    joined silent(run);
    talking.client.half_close();
    silent.client.half_close();
    auto end = stream_end::timed_out;
    while (end == stream_end::timed_out) {
        talking.target.send("x");
        BOOST_REQUIRE(talking.client.receive(1) == "x");
        end = silent.client.receive_to_end(50ms).end;
    }
    BOOST_TEST(end == stream_end::reset);
    BOOST_TEST(talking.still_talks());
}

BOOST_AUTO_TEST_CASE(a_busy_session_ends_at_its_age_and_the_next_begins_anew) {
    limited run(1, {"--max-session-age", "1s", "--max-session-age-jitter", "50%"});
    joined old(run);
    while (old.client.try_send("x") && old.target.receive_some(10ms) != "" &&
           old.client.is_silent_for(10ms)) {
    }
    BOOST_TEST(old.client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(run.plug.says("age limit while relaying"));
    joined young(run);
    BOOST_TEST(young.still_talks());
}

// A client that reads is not idle, though the system took over all its bytes long ago.
BOOST_TEST_DECORATOR(*posix_only("this system does not count what waits in the socket"))
BOOST_DATA_TEST_CASE(a_client_that_reads_slowly_goes_on_while_one_that_does_not_read_is_reset,
                     data::make({true, false}), is_idle) {
    constexpr std::size_t total = 600'000;
    stream_options narrow;
    narrow.receive_buffer = 4096;
    limited run(1, {is_idle ? "--idle-timeout" : "--half-closed-timeout", "2s"});
    joined slow(run, narrow);
    joined stuck(run, narrow);
    const std::string sent = pattern(5, 0, total);
    for (auto* const session : {&slow, &stuck}) {
        session->target.send(sent);
        if (!is_idle)
            session->target.half_close();
    }
    std::string got;
    while (!has_cut(run) && got.size() < total) {
        got += slow.client.receive(2048);
        std::this_thread::sleep_for(50ms);
    }
    BOOST_REQUIRE(got.size() < total);
    BOOST_TEST(stuck.target.receive_to_end().end == stream_end::reset);
    got += slow.client.receive(total - got.size());
    BOOST_TEST((got == sent));
    slow.client.send("still there");
    BOOST_TEST(slow.target.receive(11) == "still there");
}

BOOST_AUTO_TEST_CASE(limits_hold_up_no_stop) {
    limited run(2, {"--idle-timeout", "10min", "--max-session-age", "1d"});
    joined session(run);
    BOOST_TEST(session.still_talks());
    session.client.close();
    BOOST_TEST(session.target.receive_to_end().end == stream_end::orderly);
    session.target.close();
    BOOST_TEST(run.plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
