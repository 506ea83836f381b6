// Sessions that are cut, over the scripted transport.
#include "core/monitor/report_escaped.hpp"
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <vector>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;
using plug::session_phase;

plug::destination_group group_of(std::vector<std::shared_ptr<const plug::destination>> some) {
    std::ranges::sort(some);
    return std::make_shared<const std::vector<std::shared_ptr<const plug::destination>>>(some);
}

/// A target has gone, and its sessions have `grace` to end.
void cut_sessions_on(scripted_plug& scripted, std::uint32_t target, std::chrono::milliseconds grace,
                     session_end why = session_end::target_down) {
    scripted.runner.spawn(
        scripted.runner.cut_sessions_on(group_of({scripted.plug->target(target)}), why, grace),
        plug::report_escaped{scripted.events, "end the sessions on a target"});
    scripted.net.settle();
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_cut)

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_connects) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut(scripted);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::stopped));
    BOOST_TEST((record.phase == session_phase::connecting));
    BOOST_TEST(scripted.route() == "1"); // no other target is tried
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_the_proxy_thinks) {
    scripted_plug scripted(config_via_proxy(2));
    const auto client = scripted.start();
    cut(scripted);
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST(scripted.net.connects.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_waits_for_descriptors) {
    scripted_plug scripted(config_with(1));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = no_descriptor; };
    const auto client = scripted.start();
    cut(scripted);
    scripted.net.advance(50ms); // the wait itself is short and runs out
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_waits_for_a_name) {
    scripted_plug scripted(config_with_name());
    scripted.start(); // not resolved yet: the resolver is asked
    cut(scripted);
    scripted.net.advance(20ms);
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
}

BOOST_AUTO_TEST_CASE(a_session_is_cut_while_it_relays) {
    scripted_plug scripted(config_with(1));
    const auto client = scripted.start();
    cut(scripted);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::stopped));
    BOOST_TEST((record.phase == session_phase::relaying));
    BOOST_TEST((client->now == far_end::state::reset));
    BOOST_TEST((scripted.net.connects.at(0)->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_session_that_starts_after_the_cut_is_cut_at_once) {
    scripted_plug scripted(config_with(1));
    cut(scripted);
    const auto client = scripted.start();
    BOOST_TEST(scripted.net.connects.empty());
    BOOST_TEST((only_record(scripted).end == session_end::stopped));
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_CASE(a_relay_that_ended_in_order_before_the_cut_took_hold_is_complete) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    scripted.net.relays.front()->end({});
    cut(scripted);
    BOOST_TEST((only_record(scripted).end == session_end::completed));
}

BOOST_AUTO_TEST_CASE(a_cut_counts_the_sessions_that_run_and_ends_each_once) {
    scripted_plug scripted(config_with(2));
    for (int each = 0; each < 3; ++each) {
        scripted.start();
    }
    scripted.end_relay();
    std::vector<std::size_t> counts;
    const auto count = [&](std::size_t cut_now) { counts.push_back(cut_now); };
    scripted.runner.cut_sessions(count);
    scripted.net.settle();
    scripted.runner.cut_sessions(count);
    scripted.net.advance(1ms);
    BOOST_TEST((counts == std::vector<std::size_t>{2, 0}));
    BOOST_TEST(scripted.records().size() == 3U);
    BOOST_TEST(scripted.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(of_a_target_that_went_down_those_are_cut_that_had_it) {
    scripted_plug scripted(config_with(1));
    const auto before = scripted.start();
    cut_sessions_on(scripted, 0, 4s);
    scripted.net.advance(1s);
    const auto later = scripted.start(); // the target has come back
    scripted.net.advance(3s);
    BOOST_TEST((before->now == far_end::state::reset));
    BOOST_TEST((later->now == far_end::state::open));
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::target_down));
}

BOOST_AUTO_TEST_CASE(who_still_connects_to_a_target_that_went_down_goes_on_to_the_next) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut_sessions_on(scripted, 0, 0s);
    scripted.net.advance(1min);
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST((client->now == far_end::state::open));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_still_connects_to_a_target_that_was_removed_is_cut) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto client = scripted.start();
    cut_sessions_on(scripted, 0, 0s, session_end::target_removed);
    BOOST_TEST((client->now == far_end::state::reset));
}

using counts = std::vector<std::size_t>;

/// How many sessions end in each turn of the loop, until none is left.
counts ends_by_turn(scripted_plug& scripted) {
    counts ends;
    std::size_t before = 0;
    scripted.net.settle();
    for (int turn = 0; turn < 100; ++turn) {
        ends.push_back(scripted.records().size() - before);
        before += ends.back();
        if (scripted.counted.sessions() == 0) {
            break;
        }
        scripted.net.advance(1ns);
    }
    return ends;
}

BOOST_AUTO_TEST_CASE(many_sessions_are_cut_a_few_in_each_turn) {
    scripted_plug scripted(config_with(1));
    for (int each = 0; each < 150; ++each) {
        scripted.start();
    }
    counts told;
    scripted.runner.cut_sessions([&](std::size_t count) {
        BOOST_TEST(scripted.counted.sessions() > 0U); // before the last of them, or nobody hears
        told.push_back(count);
    });
    BOOST_TEST((ends_by_turn(scripted) == counts{64, 64, 22}));
    BOOST_TEST((told == counts{150}));
}

BOOST_AUTO_TEST_CASE(sessions_come_and_go_between_the_turns_of_a_cut) {
    scripted_plug scripted(config_with(1));
    for (int each = 0; each < 200; ++each) {
        scripted.start();
    }
    counts told;
    scripted.runner.cut_sessions([&](std::size_t count) { told.push_back(count); });
    scripted.net.settle();
    // The next to be cut, one behind it and the last end by themselves.
    const auto end_of = [&](std::ptrdiff_t place) {
        (*std::next(scripted.net.relays.begin(), place))->end({});
    };
    end_of(0);
    end_of(1);
    end_of(135);
    scripted.net.settle();
    const auto late = scripted.start();
    BOOST_TEST((late->now == far_end::state::reset));
    scripted.net.advance(1s);
    BOOST_TEST(scripted.counted.sessions() == 0U);
    BOOST_TEST((told == counts{197}));
    std::size_t completed = 0;
    for (const auto& each : scripted.records()) {
        completed += each.end == session_end::completed ? 1U : 0U;
    }
    BOOST_TEST(completed == 3U);
    BOOST_TEST(scripted.records().size() == 201U);
}

BOOST_AUTO_TEST_CASE(cuts_for_several_reasons_at_once_share_the_turns) {
    scripted_plug scripted(config_with(4));
    for (int each = 0; each < 160; ++each) {
        scripted.start();
    }
    counts told;
    for (std::uint32_t target = 0; target < 3; ++target) {
        cut_sessions_on(scripted, target, 0s, session_end::target_removed);
    }
    scripted.runner.cut_sessions([&](std::size_t count) { told.push_back(count); });
    BOOST_TEST((ends_by_turn(scripted) == counts{40, 64, 56}));
    BOOST_TEST((told == counts{40}));
    BOOST_TEST(scripted.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(sessions_that_come_to_a_limit_together_end_a_few_in_each_turn) {
    auto config = config_with(1);
    config.limits.idle = 4s;
    scripted_plug scripted(config);
    for (int each = 0; each < 100; ++each) {
        scripted.start();
    }
    scripted.net.advance(4s);
    BOOST_TEST(scripted.records().size() == 64U);
    scripted.start(); // and the list is another meanwhile
    scripted.net.advance(1ns);
    BOOST_TEST(scripted.records().size() == 100U);
    BOOST_TEST(scripted.counted.sessions() == 1U);
    scripted.net.advance(6s);
    BOOST_TEST(scripted.records().size() == 101U);
}

BOOST_AUTO_TEST_CASE(many_targets_are_swept_for_at_once) {
    scripted_plug scripted(config_with(200));
    for (int each = 0; each < 200; ++each) {
        scripted.start();
    }
    scripted.runner.spawn(scripted.runner.cut_sessions_on(
                              group_of({scripted.plug->target(3), scripted.plug->target(7)}),
                              session_end::target_removed, 0s),
                          plug::report_escaped{scripted.events, "end the sessions on targets"});
    scripted.net.settle();
    BOOST_TEST(scripted.counted.sessions() == 198U);
    for (const auto& each : scripted.records()) {
        BOOST_TEST((each.end == session_end::target_removed));
    }
}

BOOST_AUTO_TEST_SUITE_END()
