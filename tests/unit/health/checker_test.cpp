// Checks as they run over the scripted transport: when they probe, and whom they tell.
#include "core/health/checker.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace std::chrono_literals;

namespace {

using plug::check_kind;
using plug::checked_target;
using plug::target_down;
using plug::target_up;
using plug::testing::client_address;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::numeric;
using plug::testing::recording_sink;
using plug::testing::refused;
using plug::testing::target_address;

plug::check_config tcp_check() {
    plug::check_config made;
    made.jitter = 0;
    return made;
}

plug::plug_config checked_plug(std::uint16_t targets) {
    auto made = config_with(targets);
    made.check = tcp_check();
    return made;
}

std::vector<std::unique_ptr<plug::worker>> one_worker(plug::census& counted) {
    std::vector<std::unique_ptr<plug::worker>> made;
    made.push_back(std::make_unique<plug::worker>(counted, plug::platform::network_options{}));
    return made;
}

struct checked {
    ~checked() {
        checks.stop();
        net().advance(1min);
    }

    plug::platform::network::state& net() { return workers.front()->network().self(); }

    /// A plug whose targets are to be checked.
    std::shared_ptr<plug::plug_runtime> add(plug::plug_config config) {
        auto made = std::make_shared<plug::plug_runtime>(std::move(config), events, nullptr);
        add_targets(all, {made,
                          std::make_shared<const plug::listener_label>(
                              plug::listener_label{"web", "", 8080}),
                          {}});
        return made;
    }

    void assign() {
        checks.assign(all);
        net().settle();
    }

    /// These refuse from now on, and no others.
    void refusing(std::set<std::uint16_t> targets) {
        net().on_connect = [targets](far_end& remote) {
            const bool refuses = std::ranges::any_of(
                targets, [&](auto each) { return remote.address == target_address(each); });
            remote.answer = refuses ? refused : plug::platform::error_code{};
        };
    }

    /// What four clients get.
    std::string picks(plug::plug_runtime& from) {
        std::string found;
        for (int each = 0; each < 4; ++each) {
            found +=
                std::to_string(from.targets.pick(client_address.address(), {}, net().now).target());
        }
        return found;
    }

    recording_sink events;
    plug::census counted{1000};
    std::vector<std::unique_ptr<plug::worker>> workers = one_worker(counted);
    plug::checker checks{events, nullptr, workers};
    std::vector<checked_target> all;
};

} // namespace

BOOST_AUTO_TEST_SUITE(checker)

BOOST_AUTO_TEST_CASE(each_target_is_probed_once_in_each_interval) {
    checked some;
    some.add(checked_plug(3));
    some.assign();
    BOOST_TEST(some.net().connects.empty()); // spread over the first interval
    some.net().advance(5s);
    BOOST_TEST(some.net().connects.size() == 3U);
    some.net().advance(50s);
    BOOST_TEST(some.net().connects.size() == 33U);
}

BOOST_AUTO_TEST_CASE(a_target_without_a_check_is_left_alone) {
    checked some;
    auto config = config_with(2);
    config.targets[1].check = tcp_check();
    some.add(config);
    some.assign();
    some.net().advance(5s);
    BOOST_REQUIRE(some.net().connects.size() == 1U);
    BOOST_TEST(some.net().connects[0]->address == target_address(1));
}

BOOST_AUTO_TEST_CASE(a_target_that_fails_is_avoided_and_its_change_told_with_the_reason) {
    checked some;
    const auto plug = some.add(checked_plug(2));
    some.refusing({0});
    some.assign();
    some.net().advance(30s);
    BOOST_TEST(some.picks(*plug) == "1111");
    const auto down = some.events.of<target_down>();
    BOOST_REQUIRE(down.size() == 1U);
    BOOST_TEST(*down[0].target == "10.0.0.1:80");
    BOOST_TEST(down[0].action == "tcp check of");
    BOOST_TEST(down[0].reason == "connect: " + refused.message());
    BOOST_TEST(down[0].listener->port == 8080);
    some.refusing({});
    some.net().advance(11s);
    BOOST_TEST(some.events.of<target_up>().size() == 1U);
    BOOST_TEST(some.picks(*plug).find('0') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_was_up_is_out_after_as_many_failures_as_fall_asks_for) {
    checked some;
    const auto plug = some.add(checked_plug(2));
    some.assign();
    some.net().advance(6s);
    some.refusing({0});
    some.net().advance(9s); // two probes at most
    BOOST_TEST(some.events.of<target_down>().empty());
    some.net().advance(10s);
    BOOST_TEST(some.events.of<target_down>().size() == 1U);
}

BOOST_AUTO_TEST_CASE(plugs_that_name_the_same_target_and_check_share_one_probe) {
    checked some;
    const auto one = some.add(checked_plug(2));
    const auto other = some.add(checked_plug(2));
    auto different = checked_plug(1);
    different.check->interval = 10s;
    some.add(different);
    some.refusing({0});
    some.assign();
    BOOST_TEST(some.checks.size() == 3U);
    some.net().advance(5s);
    BOOST_TEST(some.picks(*one) == "1111");
    BOOST_TEST(some.picks(*other) == "1111");
}

BOOST_AUTO_TEST_CASE(a_check_probes_the_port_that_it_names) {
    checked some;
    auto config = checked_plug(1);
    config.check->port = 8443;
    some.add(config);
    some.assign();
    some.net().advance(5s);
    BOOST_REQUIRE(some.net().connects.size() == 1U);
    BOOST_TEST(some.net().connects[0]->address.port() == 8443);
}

BOOST_AUTO_TEST_CASE(a_check_that_stays_keeps_what_it_knows_and_tells_the_plug_that_is_new) {
    checked some;
    some.add(checked_plug(2));
    some.refusing({0});
    some.assign();
    some.net().advance(5s);
    const auto before = some.net().connects.size();
    some.all.clear();
    const auto next = some.add(checked_plug(2));
    some.assign();
    BOOST_TEST(some.net().connects.size() == before);
    BOOST_TEST(some.picks(*next) == "1111"); // without another probe
    some.net().advance(5s);
    BOOST_TEST(some.net().connects.size() == before + 2);
}

BOOST_AUTO_TEST_CASE(a_check_that_is_not_assigned_again_ends) {
    checked some;
    some.add(checked_plug(2));
    some.assign();
    some.net().advance(5s);
    const auto before = some.net().connects.size();
    some.checks.stop();
    some.net().advance(1min);
    BOOST_TEST(some.net().connects.size() == before);
    BOOST_TEST(some.checks.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_runs_is_cancelled_at_the_end) {
    checked some;
    auto config = checked_plug(1);
    config.check->kind = check_kind::ssh;
    some.add(config);
    some.assign();
    for (int step = 0; step < 5000 && some.net().connects.empty(); ++step) {
        some.net().advance(1ms);
    }
    BOOST_REQUIRE(some.net().connects.size() == 1U);
    BOOST_TEST((some.net().connects[0]->now == far_end::state::open));
    some.checks.stop();
    some.net().settle();
    BOOST_TEST((some.net().connects[0]->now == far_end::state::closed));
    BOOST_TEST(some.events.of<target_down>().empty());
}

BOOST_AUTO_TEST_SUITE_END()
