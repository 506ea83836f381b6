// A session from accept to its record, over the scripted transport.
#include "core/session/session.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::session_end;
using plug::session_phase;
using plug::platform::side;
using plug::testing::at;
using plug::testing::client_address;
using plug::testing::config_via_proxy;
using plug::testing::config_with;
using plug::testing::fail_connects;
using plug::testing::far_end;
using plug::testing::no_descriptor;
using plug::testing::proxy_address;
using plug::testing::refused;
using plug::testing::scripted_plug;
using plug::testing::target_address;

const auto reset_by_peer = make_error_code(boost::asio::error::connection_reset);
const auto no_local_port = make_error_code(boost::system::errc::address_not_available);
const std::optional<plug::platform::error_code> no_answer;

// The record of the only session that has ended. Nothing is left behind by it.
plug::session_record only_record(const scripted_plug& scripted) {
    const auto all = scripted.records();
    BOOST_TEST_REQUIRE(all.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::session_started>().size() == 1U);
    BOOST_TEST(scripted.events.of<plug::internal_error>().empty());
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
    return all.front();
}

plug::plug_config config_with_name() {
    auto config = config_with(0);
    config.targets.emplace_back(plug::host_port{"localhost", 80, {}});
    config.resolve_names = true;
    return config;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session)

// Choice of target and failures

BOOST_AUTO_TEST_CASE(a_client_is_relayed_to_its_target) {
    scripted_plug scripted(config_with(2));
    const auto client = scripted.start();
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST((scripted.net.relays.front()->client == client));
    BOOST_TEST((scripted.net.relays.front()->target == scripted.net.connects.at(0)));
    BOOST_TEST(scripted.connections() == 1U);
    BOOST_TEST(scripted.counted.sessions() == 1U);
    scripted.end_relay();
    BOOST_TEST((only_record(scripted).end == session_end::completed));
}

BOOST_AUTO_TEST_CASE(the_client_gets_the_next_target_when_the_first_refuses) {
    for (const auto& how :
         {refused, reset_by_peer, make_error_code(boost::asio::error::host_unreachable),
          make_error_code(boost::asio::error::network_unreachable)}) {
        scripted_plug scripted(config_with(3));
        fail_connects(scripted, {target_address(0), target_address(1)}, how);
        scripted.start();
        BOOST_TEST(scripted.route() == "1 2 3");
        BOOST_TEST(scripted.net.relays.size() == 1U);
        BOOST_TEST(scripted.plug->targets.connections(2) == 1U);
        BOOST_TEST(scripted.connections() == 1U);
        scripted.start(); // both that failed are down now
        BOOST_TEST(scripted.route() == "1 2 3 3");
    }
}

BOOST_AUTO_TEST_CASE(the_client_gets_the_next_target_when_the_first_does_not_answer) {
    auto config = config_with(2);
    config.connect_timeout = 700ms;
    scripted_plug scripted(std::move(config));
    fail_connects(scripted, {target_address(0)}, no_answer);
    scripted.start();
    scripted.net.advance(699ms);
    BOOST_TEST(scripted.route() == "1");
    scripted.net.advance(1ms);
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_is_closed_when_every_target_failed_once) {
    scripted_plug scripted(config_with(3));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    const auto client = scripted.start();
    BOOST_TEST(scripted.route() == "1 2 3");
    BOOST_TEST((client->now == far_end::state::closed));
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::no_target));
    BOOST_TEST((record.phase == session_phase::connecting));
}

BOOST_AUTO_TEST_CASE(when_all_are_down_the_next_client_tries_them_all_again) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    scripted.start();
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2 1 2");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sticky_client_returns_to_the_target_that_it_got) {
    auto config = config_with(3);
    config.affinity.enabled = true;
    scripted_plug scripted(std::move(config));
    scripted.start(at("192.0.2.1", 5000));
    scripted.start(at("192.0.2.2", 5000));
    scripted.start(at("192.0.2.1", 5001));
    scripted.start(at("::ffff:192.0.2.2", 5001));
    BOOST_TEST(scripted.route() == "1 2 1 2");
}

// What is told about targets

BOOST_AUTO_TEST_CASE(a_target_that_fails_is_named_once_with_what_was_done_and_why) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, refused);
    for (int each = 0; each < 5; ++each) {
        scripted.start();
    }
    const auto down = scripted.events.of<plug::target_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(*down.front().target == "10.0.0.1:80");
    BOOST_TEST(down.front().action == "connect to");
    BOOST_TEST(down.front().reason == refused.message());
    BOOST_TEST((down.front().listener == scripted.where->label));
}

BOOST_AUTO_TEST_CASE(a_target_that_returns_is_told_once) {
    auto config = config_with(2);
    config.retry = 10s;
    scripted_plug scripted(std::move(config));
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.net.on_connect = {};
    scripted.net.advance(10s);
    for (int each = 0; each < 4; ++each) {
        scripted.start();
    }
    const auto up = scripted.events.of<plug::target_up>();
    BOOST_TEST_REQUIRE(up.size() == 1U);
    BOOST_TEST(*up.front().target == "10.0.0.1:80");
}

BOOST_AUTO_TEST_CASE(each_failed_attempt_is_told_for_debugging) {
    scripted_plug scripted(config_with(3));
    fail_connects(scripted, {target_address(0), target_address(1)}, refused);
    scripted.start();
    const auto failed = scripted.events.of<plug::attempt_failed>();
    BOOST_TEST_REQUIRE(failed.size() == 2U);
    BOOST_TEST(*failed[1].target == "10.0.0.2:80");
    BOOST_TEST(failed[1].client == client_address);
    BOOST_TEST(failed[1].reason == refused.message());
}

BOOST_AUTO_TEST_CASE(no_failure_of_a_relay_marks_a_target) {
    for (const auto whose : {side::client, side::target}) {
        scripted_plug scripted(config_with(2));
        scripted.start();
        scripted.end_relay({reset_by_peer, whose});
        BOOST_TEST(scripted.events.of<plug::target_down>().empty());
        scripted.start();
        scripted.start();
        BOOST_TEST(scripted.route() == "1 2 1");
    }
}

// The HTTPS proxy

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_reached_marks_no_target) {
    scripted_plug scripted(config_via_proxy(3));
    fail_connects(scripted, {proxy_address}, refused);
    scripted.start();
    scripted.start();
    BOOST_TEST(scripted.net.connects.size() == 2U); // no other target would fare better
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    const auto down = scripted.events.of<plug::proxy_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(down.front().proxy == "10.9.9.9:3128");
    BOOST_TEST(down.front().reason == refused.message());
    BOOST_TEST(scripted.records().size() == 2U);
    BOOST_TEST((scripted.records().front().end == session_end::no_target));
}

BOOST_AUTO_TEST_CASE(a_proxy_that_returns_is_told_once) {
    scripted_plug scripted(config_via_proxy(1));
    fail_connects(scripted, {proxy_address}, refused);
    scripted.start();
    scripted.net.on_connect = [](far_end& remote) { remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}}; };
    scripted.start();
    scripted.start();
    BOOST_TEST(scripted.events.of<plug::proxy_up>().size() == 1U);
    BOOST_TEST(scripted.net.relays.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_target_that_the_proxy_does_not_reach_is_followed_by_the_next) {
    scripted_plug scripted(config_via_proxy(2));
    scripted.net.on_connect = [&](far_end& remote) {
        const bool first = scripted.net.connects.size() == 1;
        remote.says = {{first ? "HTTP/1.1 502 Bad Gateway\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n"}};
    };
    scripted.start();
    BOOST_TEST_REQUIRE(scripted.net.connects.size() == 2U);
    BOOST_TEST(scripted.net.connects[1]->heard.starts_with("CONNECT 10.0.0.2:80 "));
    const auto down = scripted.events.of<plug::target_down>();
    BOOST_TEST_REQUIRE(down.size() == 1U);
    BOOST_TEST(*down.front().target == "10.0.0.1:80");
    BOOST_TEST(down.front().action == "CONNECT through 10.9.9.9:3128 to");
    BOOST_TEST(down.front().reason == "HTTP/1.1 502 Bad Gateway");
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_of_the_clients_is_sent_before_the_proxy_says_200) {
    scripted_plug scripted(config_via_proxy(1));
    scripted.start();
    BOOST_TEST(scripted.net.relays.empty());
    BOOST_TEST(scripted.net.connects.at(0)->heard ==
               "CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n");
}

// Names

BOOST_AUTO_TEST_CASE(a_name_that_leads_elsewhere_now_is_followed_for_the_same_client) {
    scripted_plug scripted(config_with_name());
    scripted.plug->target(0)->resolved_to({target_address(0)});
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(100ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.net.connects.back()->address.address().is_loopback());
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
}

BOOST_AUTO_TEST_CASE(
    a_name_whose_answers_change_for_ever_does_not_keep_a_client_from_the_next_target) {
    auto config = config_with_name();
    config.targets.push_back(plug::testing::numeric(target_address(8)));
    scripted_plug scripted(std::move(config));
    const auto name = scripted.plug->target(0);
    name->resolved_to({target_address(0)});
    scripted.net.on_connect = [&](far_end& remote) {
        if (remote.address != target_address(8)) { // the resolver answers with one of two in turn
            remote.answer = refused;
            name->resolved_to({target_address(scripted.net.connects.size() % 2 == 0 ? 0 : 1)});
        }
        BOOST_TEST_REQUIRE(scripted.net.connects.size() < 20U);
    };
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(5s);
    BOOST_TEST(scripted.net.connects.back()->address == target_address(8));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_proxy_with_a_name_that_refuses_a_target_is_not_looked_up_again) {
    auto config = config_via_proxy(2);
    config.via->server = {"localhost", 3128, {}};
    config.resolve_names = true;
    scripted_plug scripted(std::move(config));
    scripted.plug->proxy()->resolved_to({proxy_address});
    scripted.net.on_connect = [](far_end& remote) { remote.says = {{"HTTP/1.1 502 Bad\r\n\r\n"}}; };
    scripted.start();
    BOOST_TEST((only_record(scripted).end == session_end::no_target));
    BOOST_TEST(scripted.route() == "9 9");
}

BOOST_AUTO_TEST_CASE(a_proxy_with_a_name_that_cannot_be_reached_is_looked_up_again) {
    auto config = config_via_proxy(1);
    config.via->server = {"localhost", 3128, {}};
    config.resolve_names = true;
    scripted_plug scripted(std::move(config));
    scripted.plug->proxy()->resolved_to({proxy_address});
    scripted.net.on_connect = [](far_end& remote) {
        if (remote.address == proxy_address) {
            remote.answer = refused;
        }
        remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}};
    };
    scripted.start();
    scripted.resolver.wait(std::chrono::steady_clock::now() + 60s);
    scripted.net.advance(100ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::proxy_down>().empty());
}

// Shortage

BOOST_AUTO_TEST_CASE(a_shortage_waits_and_tries_the_same_target_again_without_marking_it) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [&](far_end& remote) {
        if (scripted.net.connects.size() <= 2) {
            remote.answer = no_descriptor;
        }
    };
    scripted.start();
    BOOST_TEST(scripted.route() == "1");
    BOOST_TEST(bool(scripted.counted.shortage(scripted.net.now, 1ms)));
    BOOST_TEST(scripted.net.relays.empty());
    scripted.net.advance(1s);
    BOOST_TEST(scripted.route() == "1 1 1");
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
}

BOOST_AUTO_TEST_CASE(a_shortage_that_lasts_ends_the_session_and_marks_nothing) {
    auto config = config_with(2);
    config.connect_timeout = 1s;
    scripted_plug scripted(std::move(config));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = no_descriptor; };
    scripted.start();
    scripted.net.advance(900ms);
    BOOST_TEST(scripted.records().empty());
    scripted.net.advance(200ms);
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == session_end::no_target));
    BOOST_TEST((record.error == boost::system::errc::too_many_files_open));
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST(scripted.net.connects.size() <= 25U); // it waits in between
}

BOOST_AUTO_TEST_CASE(without_a_port_towards_one_target_another_one_is_taken_and_none_is_marked) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, no_local_port);
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_port_towards_any_target_all_are_tried_again_later) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [&](far_end& remote) {
        if (scripted.net.connects.size() <= 2) {
            remote.answer = no_local_port;
        }
    };
    scripted.start();
    BOOST_TEST(scripted.route() == "1 2");
    scripted.net.advance(1s);
    BOOST_TEST(scripted.net.connects.size() == 3U);
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

// Records

BOOST_AUTO_TEST_CASE(a_record_tells_all_about_a_session) {
    scripted_plug scripted(config_with(3));
    fail_connects(scripted, {target_address(0)}, no_answer);
    const auto before = std::chrono::system_clock::now();
    scripted.start(at("::ffff:192.0.2.44", 4321));
    scripted.net.advance(5s);
    scripted.net.advance(2s);
    scripted.net.relays.front()->stats.from_client = 12;
    scripted.net.relays.front()->stats.from_target = 345;
    scripted.end_relay();
    const auto record = only_record(scripted);
    BOOST_TEST((record.listener == scripted.where->label));
    BOOST_TEST(record.client == at("192.0.2.44", 4321));
    BOOST_TEST((record.target == scripted.plug->target(1)->label()));
    BOOST_TEST(record.from_client == 12U);
    BOOST_TEST(record.from_target == 345U);
    BOOST_TEST((record.until_connected == 5s));
    BOOST_TEST((record.duration == 7s));
    BOOST_TEST((record.end == session_end::completed));
    BOOST_TEST((record.phase == session_phase::relaying));
    BOOST_TEST(record.failed_attempts == 1U);
    BOOST_TEST((record.picked == plug::pick_reason::rotation));
    BOOST_TEST((record.ended_by == plug::session_party::client));
    BOOST_TEST(!record.error);
    BOOST_TEST((record.ended_at >= before));
    BOOST_TEST((record.ended_at <= std::chrono::system_clock::now()));
}

BOOST_AUTO_TEST_CASE(a_record_tells_whose_failure_ended_a_relay) {
    const std::pair<side, session_end> ends[] = {{side::client, session_end::client_failed},
                                                 {side::target, session_end::target_failed}};
    for (const auto& [whose, end] : ends) {
        scripted_plug scripted(config_with(1));
        scripted.start();
        scripted.end_relay({reset_by_peer, whose});
        const auto record = only_record(scripted);
        BOOST_TEST((record.end == end));
        BOOST_TEST((record.ended_by == (whose == side::client ? plug::session_party::client
                                                              : plug::session_party::target)));
        BOOST_TEST((record.phase == session_phase::relaying));
        BOOST_TEST((record.error == reset_by_peer));
    }
}

BOOST_AUTO_TEST_CASE(a_record_of_a_session_that_reached_nothing_tells_the_last_target_and_error) {
    scripted_plug scripted(config_with(2));
    scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    scripted.start();
    const auto record = only_record(scripted);
    BOOST_TEST(*record.target == "10.0.0.2:80");
    BOOST_TEST((record.error == refused));
    BOOST_TEST((record.until_connected == 0s));
    BOOST_TEST((record.picked == plug::pick_reason::rotation));
    BOOST_TEST((record.ended_by == plug::session_party::target));
    BOOST_TEST(record.failed_attempts == 1U); // before the last one
    BOOST_TEST(*scripted.events.of<plug::session_started>().front().target == "10.0.0.2:80");
}

BOOST_AUTO_TEST_CASE(a_session_that_failed_over_ends_without_the_error_of_the_first_target) {
    scripted_plug scripted(config_with(2));
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    scripted.end_relay();
    BOOST_TEST((only_record(scripted).end == session_end::completed));
    BOOST_TEST(!scripted.records().front().error);
}

BOOST_AUTO_TEST_CASE(a_start_is_told_when_the_target_is_connected_and_before_the_end) {
    scripted_plug scripted(config_with(1));
    scripted.start();
    const auto started = scripted.events.of<plug::session_started>();
    BOOST_TEST_REQUIRE(started.size() == 1U);
    BOOST_TEST(started.front().client == client_address);
    BOOST_TEST(*started.front().target == "10.0.0.1:80");
    BOOST_TEST(scripted.records().empty());
    scripted.end_relay();
    only_record(scripted);
}

BOOST_AUTO_TEST_CASE(the_lease_is_given_back_before_the_record_is_told) {
    scripted_plug scripted(config_with(1));
    std::uint32_t held = 99;
    scripted.events.on_event = [&](const plug::event& told) {
        if (std::holds_alternative<plug::session_ended>(told)) {
            held = scripted.connections();
        }
    };
    scripted.start();
    scripted.end_relay();
    BOOST_TEST(held == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_of_sessions_where_nobody_wants_to_know) {
    scripted_plug scripted(config_with(1));
    scripted.events.sessions = false;
    scripted.start();
    scripted.end_relay();
    BOOST_TEST(scripted.events.all.empty());
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
}

// cut()

void cut(scripted_plug& scripted) {
    scripted.runner.cut_sessions([](std::size_t) {});
    scripted.net.settle();
}

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
    BOOST_TEST((counts == std::vector<std::size_t>{2, 0}));
    BOOST_TEST(scripted.records().size() == 3U);
    BOOST_TEST(scripted.connections() == 0U);
}

// Many

BOOST_AUTO_TEST_CASE(ten_thousand_sessions_through_a_failing_target_leave_nothing_behind) {
    auto config = config_with(3);
    config.retry = 1ms;
    scripted_plug scripted(std::move(config));
    std::uint32_t number = 0;
    scripted.net.on_connect = [&](far_end& remote) {
        if (remote.address == target_address(1) && number % 100 < 50) {
            remote.answer = refused;
        }
    };
    for (number = 0; number < 10'000; ++number) {
        scripted.start();
        BOOST_REQUIRE(scripted.net.relays.size() == 1U);
        scripted.net.advance(100us);
        scripted.end_relay();
        scripted.net.connects.clear();
    }
    BOOST_TEST(scripted.records().size() == 10'000U);
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
    BOOST_TEST(scripted.events.of<plug::target_down>().size() == 100U);
    BOOST_TEST(scripted.events.of<plug::target_up>().size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
