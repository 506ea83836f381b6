// The limits of a plug end its sessions, and no others.
#include "core/plug/session_limits.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace std::chrono_literals;

namespace {

using plug::session_end;
using plug::testing::config_limited_by;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::scripted_plug;

/// How the sessions that have ended did so.
std::vector<session_end> ends(const scripted_plug& scripted) {
    std::vector<session_end> found;
    for (const auto& each : scripted.records()) {
        found.push_back(each.end);
    }
    return found;
}

using list = std::vector<session_end>;

} // namespace

BOOST_AUTO_TEST_SUITE(session_limits)

BOOST_AUTO_TEST_CASE(sessions_are_looked_at_four_times_in_the_shortest_limit_but_not_too_often) {
    const auto interval = [](const plug::session_limits& limits) {
        return plug::watch_interval(limits);
    };
    BOOST_TEST(!interval({}).has_value());
    BOOST_TEST((interval({2s, {}, {}, 0.1}) == 500ms));
    BOOST_TEST((interval({{}, 2s, 1h, 0.1}) == 500ms));
    BOOST_TEST((interval({1h, {}, {}, 0.1}) == 1s));
    BOOST_TEST((interval({{}, {}, 1ms, 0.1}) == 50ms));
}

BOOST_AUTO_TEST_CASE(a_session_without_a_byte_ends_and_one_that_moves_some_goes_on) {
    scripted_plug scripted(config_limited_by({10s, {}, {}, 0.1}));
    const auto idle = scripted.start();
    const auto busy = scripted.start();
    for (int second = 0; second < 60; ++second) {
        for (auto* const each : scripted.net.relays) {
            if (each->client == busy) {
                each->stats.last_active = scripted.net.now;
            }
        }
        BOOST_TEST((idle->now == far_end::state::open) == (second < 10), second);
        scripted.net.advance(1s);
    }
    BOOST_TEST((ends(scripted) == list{session_end::idle_timeout}));
    BOOST_TEST((idle->now == far_end::state::reset));
    BOOST_TEST((busy->now == far_end::state::open));
    BOOST_TEST(scripted.connections() == 1U);
    const auto record = scripted.records().front();
    BOOST_TEST((record.phase == plug::session_phase::relaying));
    BOOST_TEST((record.duration >= 10s && record.duration <= 11s));
}

BOOST_AUTO_TEST_CASE(a_session_with_one_end_closed_ends_when_the_other_one_stays_silent) {
    scripted_plug scripted(config_limited_by({{}, 2s, {}, 0.1}));
    scripted.start();
    scripted.start();
    scripted.net.advance(1h);
    BOOST_TEST(scripted.net.relays.size() == 2U); // both sides may talk
    auto& stats = scripted.net.relays.front()->stats;
    stats.half_closed_at = scripted.net.now;
    scripted.net.advance(1500ms);
    stats.last_active = scripted.net.now;
    scripted.net.advance(1500ms);
    BOOST_TEST(scripted.records().empty());
    scripted.net.advance(1s);
    BOOST_TEST((ends(scripted) == list{session_end::half_closed_timeout}));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_age_ends_a_session_whatever_moves) {
    scripted_plug scripted(config_limited_by({{}, {}, 10s, 0}));
    scripted.start();
    for (int tenth = 0; tenth < 98; ++tenth) {
        scripted.net.relays.front()->stats.last_active = scripted.net.now;
        scripted.net.advance(100ms);
    }
    BOOST_TEST(scripted.records().empty());
    scripted.net.advance(1200ms);
    BOOST_TEST((ends(scripted) == list{session_end::age_limit}));
}

BOOST_AUTO_TEST_CASE(ages_differ_by_the_jitter_and_lie_in_its_range) {
    plug::random_numbers chance(1);
    const plug::platform::clock::time_point accepted{1h};
    std::set<plug::platform::clock::time_point> seen;
    for (int each = 0; each < 1000; ++each) {
        seen.insert(plug::expiry({{}, {}, 100s, 0.25}, accepted, chance));
    }
    BOOST_TEST(seen.size() > 900U);
    BOOST_TEST((*seen.begin() >= accepted + 75s && *seen.begin() < accepted + 76s));
    BOOST_TEST((*seen.rbegin() <= accepted + 100s && *seen.rbegin() > accepted + 99s));
    BOOST_TEST((plug::expiry({}, accepted, chance) == plug::platform::never));
}

BOOST_AUTO_TEST_CASE(a_session_that_still_connects_is_left_to_the_connect_timeout) {
    auto config = config_limited_by({100ms, {}, 100ms, 0.1});
    config.connect_timeout = 5s;
    scripted_plug scripted(std::move(config));
    scripted.start(); // keeps the watch going
    scripted.net.on_connect = [](far_end& remote) { remote.answer.reset(); };
    const auto waiting = scripted.start();
    scripted.net.advance(4s);
    BOOST_TEST((ends(scripted) == list{session_end::idle_timeout}));
    BOOST_TEST((waiting->now == far_end::state::open));
}

BOOST_AUTO_TEST_CASE(nothing_waits_without_limits_or_when_the_last_session_has_ended) {
    scripted_plug unlimited(config_with(1));
    unlimited.start();
    const auto without = unlimited.net.waiting.size();
    scripted_plug scripted(config_limited_by({2s, {}, {}, 0.1}));
    scripted.start();
    BOOST_TEST(scripted.net.waiting.size() == without + 1);
    scripted.end_relay();
    scripted.net.advance(500ms);
    BOOST_TEST(scripted.net.waiting.empty());
    scripted.start(); // and it begins again
    scripted.net.advance(3s);
    BOOST_TEST((ends(scripted) == list{session_end::completed, session_end::idle_timeout}));
}

BOOST_AUTO_TEST_SUITE_END()
