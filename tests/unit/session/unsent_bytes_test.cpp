// A limit spares a session whose bytes its peers still take, and ends one where they are stuck.
#include "core/plug/session_limits.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using plug::session_end;
using plug::testing::config_limited_by;
using plug::testing::far_end;
using plug::testing::scripted_plug;

/// One session of a plug whose limits are looked at every second.
struct limited_session {
    explicit limited_session(const plug::session_limits& limits)
        : scripted(config_limited_by(limits)), client(scripted.start()),
          target(scripted.net.relays.front()->target) {}

    [[nodiscard]] bool is_open() const { return client->now == far_end::state::open; }
    [[nodiscard]] plug::platform::relay_stats& stats() {
        BOOST_REQUIRE(is_open());
        return scripted.net.relays.front()->stats;
    }
    /// In how many seconds it ends; 0 = not within a day.
    int seconds_to_its_end() {
        for (int second = 1; second <= 24 * 3600; ++second) {
            scripted.net.advance(1s);
            if (!is_open())
                return second;
        }
        return 0;
    }

    scripted_plug scripted;
    std::shared_ptr<far_end> client;
    std::shared_ptr<far_end> target;
};

const plug::session_limits idle_for_8s{8s, {}, {}, 0.1};
const plug::session_limits half_closed_for_8s{{}, 8s, {}, 0.1};

} // namespace

BOOST_AUTO_TEST_SUITE(unsent_bytes)

BOOST_DATA_TEST_CASE(a_peer_that_takes_its_bytes_slowly_is_not_cut,
                     data::make({true, false}) * data::make({true, false}), is_idle, by_client) {
    limited_session session(is_idle ? idle_for_8s : half_closed_for_8s);
    session.stats().half_closed_at = is_idle ? plug::platform::never : session.scripted.net.now;
    auto& reader = by_client ? *session.client : *session.target;
    reader.unsent = 1000;
    while (reader.unsent > 0) {
        session.scripted.net.advance(4s);
        BOOST_REQUIRE(session.is_open());
        reader.unsent -= 10;
    }
    const int seconds = session.seconds_to_its_end(); // the last bytes are progress too
    BOOST_TEST(seconds >= 8);
    BOOST_TEST(seconds <= 8 + 2 + 2);
    const auto record = session.scripted.records().front();
    BOOST_TEST(
        (record.end == (is_idle ? session_end::idle_timeout : session_end::half_closed_timeout)));
}

BOOST_DATA_TEST_CASE(a_peer_that_takes_nothing_is_cut_after_twice_the_limit,
                     data::make({true, false}), is_idle) {
    limited_session session(is_idle ? idle_for_8s : half_closed_for_8s);
    session.stats().half_closed_at = is_idle ? plug::platform::never : session.scripted.net.now;
    session.client->unsent = 1000;
    const int seconds = session.seconds_to_its_end();
    BOOST_TEST(seconds >= 16);
    BOOST_TEST(seconds <= 16 + 2);
}

BOOST_AUTO_TEST_CASE(a_peer_that_stops_taking_bytes_is_cut_a_limit_later) {
    limited_session session(idle_for_8s);
    session.client->unsent = 1000;
    for (int second = 0; second < 100; ++second) {
        session.scripted.net.advance(1s);
        --session.client->unsent;
    }
    BOOST_REQUIRE(session.is_open());
    const int seconds = session.seconds_to_its_end();
    BOOST_TEST(seconds >= 8);
    BOOST_TEST(seconds <= 8 + 3);
}

BOOST_AUTO_TEST_CASE(an_end_of_stream_that_counts_as_a_byte_is_no_progress) {
    limited_session session(idle_for_8s);
    session.client->unsent = 1000;
    session.scripted.net.advance(10s);
    ++session.client->unsent;
    BOOST_TEST(session.seconds_to_its_end() <= 8);
}

BOOST_AUTO_TEST_CASE(unsent_bytes_are_asked_for_where_a_limit_is_due_and_then_in_each_quarter) {
    limited_session session({60s, {}, {}, 0.1});
    session.client->unsent = 1000;
    session.scripted.net.advance(59s);
    BOOST_TEST(session.client->times_asked == 0U);
    session.scripted.net.advance(44s); // looked at every second
    BOOST_TEST(session.client->times_asked == 3U);
    session.stats().last_active = session.scripted.net.now;
    session.scripted.net.advance(59s);
    BOOST_TEST(session.client->times_asked == 3U);
}

BOOST_AUTO_TEST_CASE(what_an_earlier_limit_found_does_not_count_for_a_later_one) {
    limited_session session(idle_for_8s);
    session.client->unsent = 1000;
    session.scripted.net.advance(15s);
    session.stats().last_active = session.scripted.net.now;
    BOOST_TEST(session.seconds_to_its_end() >= 16);
}

BOOST_AUTO_TEST_CASE(the_age_waits_for_no_bytes) {
    limited_session session({{}, {}, 8s, 0});
    session.client->unsent = 1000;
    BOOST_TEST(session.seconds_to_its_end() <= 8 + 2);
    BOOST_TEST(session.client->times_asked == 0U);
    BOOST_TEST((session.scripted.records().front().end == session_end::age_limit));
}

BOOST_AUTO_TEST_CASE(of_two_limits_that_are_due_the_shorter_one_counts) {
    for (const bool idle_is_shorter : {true, false}) {
        limited_session session({idle_is_shorter ? 8s : 11s, idle_is_shorter ? 11s : 8s, {}, 0.1});
        session.stats().half_closed_at = session.scripted.net.now;
        session.client->unsent = 1000;
        BOOST_TEST(session.seconds_to_its_end() <= 16 + 2);
        BOOST_TEST(
            (session.scripted.records().front().end ==
             (idle_is_shorter ? session_end::idle_timeout : session_end::half_closed_timeout)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
