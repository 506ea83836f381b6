// What a session holds of its plug when a reload has put another one in its place.
#include "tests/unit/session/session_support.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

using namespace std::chrono_literals;
using namespace plug::testing;

namespace {

using plug::session_end;

/// A reload to `config`; gives what tells whether the plug before is still there.
std::weak_ptr<plug::plug_runtime> reload(scripted_plug& scripted, const plug::plug_config& config) {
    const std::weak_ptr<plug::plug_runtime> before = scripted.plug;
    const auto next = std::make_shared<plug::plug_runtime>(config, *scripted.plug);
    scripted.plug->hand_over_to(next);
    scripted.where =
        std::make_shared<plug::listening>(next, scripted.where->label, scripted.where->outgoing);
    scripted.plug = next;
    return before;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_reload)

BOOST_AUTO_TEST_CASE(a_session_that_relays_keeps_no_plug_and_its_end_is_told_to_the_newest) {
    auto config = config_with(2);
    config.policy = plug::policy::least_connections;
    config.affinity.enabled = true;
    scripted_plug scripted(config);
    scripted.start();
    for (int each = 0; each < 3; ++each) {
        BOOST_TEST(reload(scripted, config).expired());
    }
    BOOST_TEST(scripted.connections() == 1U);
    scripted.end_relay();
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(*only_record(scripted).target == "10.0.0.1:80");
    BOOST_TEST(only_record(scripted).listener->plug == "web");
}

BOOST_AUTO_TEST_CASE(a_session_keeps_the_limits_that_it_began_with) {
    auto config = config_with(1);
    config.limits.idle = 10s;
    scripted_plug scripted(config);
    scripted.start();
    reload(scripted, config_with(1));
    scripted.start();
    scripted.net.advance(13s);
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::idle_timeout));
    BOOST_TEST(scripted.net.relays.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_session_whose_plug_and_target_are_gone_ends_in_order) {
    scripted_plug scripted(config_with(2));
    scripted.start();
    auto config = config_with(2);
    config.targets.erase(config.targets.begin());
    BOOST_TEST(reload(scripted, config).expired());
    scripted.plug.reset();
    scripted.where.reset();
    scripted.end_relay();
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::completed));
    BOOST_TEST(*scripted.records().front().target == "10.0.0.1:80");
}

BOOST_AUTO_TEST_CASE(one_that_connects_keeps_its_own_plug_and_none_of_those_that_follow) {
    scripted_plug scripted(config_with(1));
    fail_connects(scripted, {target_address(0)}, no_answer);
    scripted.start();
    const auto own = reload(scripted, config_with(1));
    BOOST_TEST(!own.expired());
    constexpr int reloads = 100'000; // each plug owned the next, and they went by recursion
    int left = 0;
    for (int each = 0; each < reloads; ++each) {
        left += reload(scripted, config_with(1)).expired() ? 0 : 1;
    }
    BOOST_TEST(left == 0);
    BOOST_TEST(!own.expired());
    scripted.net.advance(1min);
    BOOST_TEST(own.expired());
    BOOST_TEST((only_record(scripted).end == session_end::no_target));
}

BOOST_AUTO_TEST_CASE(one_that_waits_goes_over_to_the_newest_plug_and_lets_go_of_those_before) {
    auto config = config_with(1);
    config.max_connections = 1;
    scripted_plug scripted(config);
    scripted.start();
    scripted.start();
    const auto first = reload(scripted, config);
    const auto second = reload(scripted, config); // before the worker has heard of the first
    scripted.net.settle();
    scripted.net.advance(1s); // those who watch over the lines of the first two end
    BOOST_TEST(first.expired());
    BOOST_TEST(second.expired());
    scripted.end_relay();
    scripted.net.settle();
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(one_that_waits_for_a_plug_that_is_gone_before_it_hears_of_it_is_closed) {
    auto config = config_with(1);
    config.max_connections = 1;
    scripted_plug scripted(config);
    scripted.start();
    scripted.start();
    reload(scripted, config);
    scripted.plug.reset();
    scripted.where.reset();
    scripted.net.settle();
    BOOST_TEST_REQUIRE(scripted.records().size() == 1U);
    BOOST_TEST((scripted.records().front().end == session_end::target_removed));
}

BOOST_AUTO_TEST_SUITE_END()
