// What belongs to a plug and not to a worker.
#include "core/plug/plug_runtime.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {

using boost::asio::ip::make_address;

plug::plug_config allowing(const std::vector<const char*>& networks) {
    auto config = plug::testing::config_with(1);
    for (const auto* const each : networks) {
        config.allow.push_back(*plug::parse_network(each));
    }
    return config;
}

} // namespace

BOOST_AUTO_TEST_SUITE(plug_runtime)

BOOST_AUTO_TEST_CASE(without_rules_everyone_is_let_in) {
    plug::testing::recording_sink events;
    const plug::plug_runtime plug(allowing({}), events, nullptr);
    BOOST_TEST(plug.admits(make_address("192.0.2.1")));
    BOOST_TEST(plug.admits(make_address("2001:db8::1")));
}

BOOST_AUTO_TEST_CASE(with_rules_one_of_them_must_fit) {
    plug::testing::recording_sink events;
    const plug::plug_runtime plug(allowing({"192.0.2.0/24", "2001:db8::/32"}), events, nullptr);
    BOOST_TEST(plug.admits(make_address("192.0.2.1")));
    BOOST_TEST(plug.admits(make_address("2001:db8::1")));
    BOOST_TEST(!plug.admits(make_address("192.0.3.1")));
    BOOST_TEST(!plug.admits(make_address("2001:db9::1")));
}

BOOST_AUTO_TEST_CASE(a_rule_for_all_of_ipv4_lets_no_ipv6_client_in) {
    plug::testing::recording_sink events;
    const plug::plug_runtime plug(allowing({"0.0.0.0/0"}), events, nullptr);
    BOOST_TEST(plug.admits(make_address("255.255.255.255")));
    BOOST_TEST(plug.admits(make_address("::ffff:192.0.2.1")));
    BOOST_TEST(!plug.admits(make_address("2001:db8::1")));
}

BOOST_AUTO_TEST_CASE(the_state_of_the_proxy_is_news_once_over_all_threads) {
    plug::testing::recording_sink events;
    plug::plug_runtime plug(plug::testing::config_via_proxy(1), events, nullptr);
    BOOST_TEST(!plug.report_proxy(true)); // it was never down
    for (const bool reached : {false, true, false}) {
        std::atomic<int> news{0};
        std::vector<std::thread> all;
        for (int each = 0; each < 4; ++each) {
            all.emplace_back([&] { news += plug.report_proxy(reached); });
        }
        for (auto& each : all) {
            each.join();
        }
        BOOST_TEST(news == 1);
    }
}

BOOST_AUTO_TEST_CASE(that_the_proxy_has_gone_down_while_a_reload_is_prepared_is_no_news_after_it) {
    plug::testing::recording_sink events;
    const auto config = plug::testing::config_via_proxy(1);
    plug::plug_runtime before(config, events, nullptr);
    const auto next = std::make_shared<plug::plug_runtime>(config, before);
    BOOST_TEST(before.report_proxy(false));
    before.hand_over_to(next);
    BOOST_TEST(!next->report_proxy(false));
    BOOST_TEST(next->report_proxy(true));
}

BOOST_AUTO_TEST_CASE(the_outgoing_address_fits_the_family_of_the_target) {
    const plug::outgoing_addresses both{make_address("192.0.2.7"), make_address("2001:db8::7")};
    BOOST_TEST((both.towards(make_address("10.0.0.1")) == make_address("192.0.2.7")));
    BOOST_TEST((both.towards(make_address("fd00::1")) == make_address("2001:db8::7")));
    BOOST_TEST(!plug::outgoing_addresses{}.towards(make_address("10.0.0.1")));
}

BOOST_AUTO_TEST_CASE(what_a_reload_listens_on_is_kept_out_of_the_names_that_stay) {
    plug::testing::recording_sink events;
    auto config = plug::testing::config_with(0);
    config.targets.emplace_back(plug::host_port{"db.example.org", 80, {}});
    config.resolve_names = true;
    const plug::plug_runtime before(config, events, nullptr);
    before.target(0)->resolved_to({plug::testing::at("127.0.0.1", 80)});
    config.listen = {{make_address("127.0.0.1"), 80}};
    plug::plug_runtime next(config, before);
    BOOST_TEST(before.target(0)->addresses()->size() == 1U); // the reload may still fail
    next.listens_on(config.listen);
    BOOST_TEST(next.target(0)->addresses()->empty());
    BOOST_TEST(next.target(0)->why_unresolved().why == "leads to this plug itself");
}

BOOST_AUTO_TEST_CASE(only_names_that_we_resolve_are_asked_for) {
    plug::testing::recording_sink events;
    auto config = plug::testing::config_via_proxy(1);
    config.targets.emplace_back(plug::host_port{"db.example.org", 80, {}});
    BOOST_TEST(plug::plug_runtime(config, events, nullptr).names().empty());
    config.resolve_names = true;
    BOOST_TEST(plug::plug_runtime(config, events, nullptr).names().empty());
    config.via->server = {"proxy.example.org", 3128, {}};
    BOOST_TEST(plug::plug_runtime(config, events, nullptr).names().size() == 1U);
    config.via.reset();
    const plug::plug_runtime direct(config, events, nullptr);
    BOOST_TEST_REQUIRE(direct.names().size() == 1U);
    BOOST_TEST((direct.names().front() == direct.target(1)));
}

BOOST_AUTO_TEST_SUITE_END()
