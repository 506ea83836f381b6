// Connecting to a name with several addresses (RFC 8305), over the scripted transport.
#include "core/monitor/report_escaped.hpp"
#include "core/plug/connector.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace errc = boost::system::errc;
using plug::attempt;
using plug::testing::at;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::no_descriptor;
using plug::testing::refused;
using plug::testing::scripted_plug;
using plug::testing::target_address;
using outcome = plug::attempt::outcome;

const plug::platform::endpoint v6_address = at("2001:db8::9", 80);

plug::plug_config config_with_name() {
    auto config = config_with(0);
    config.targets.emplace_back(plug::host_port{"db.example.org", 80, {}});
    return config;
}

plug::plug_config config_via_named_proxy() {
    auto config = config_with(1);
    config.via = plug::https_proxy_config{{"proxy.example.org", 80, {}}, "", 10s};
    return config;
}

/// One attempt after the other to reach a name that stands for these addresses.
struct race {
    explicit race(plug::destination::endpoints addresses,
                  plug::plug_config config = config_with_name())
        : scripted(std::move(config)) {
        name().resolved_to(std::move(addresses));
    }
    ~race() {
        cancel();
        scripted.net.advance(1min);
    }

    static plug::platform::task<void> go(race& self) {
        self.result = co_await plug::reach(*self.scripted.where, 0, self.made, self.slot,
                                           self.scripted.runner.network());
        self.done = true;
    }

    plug::destination& name() {
        return scripted.plug->proxy() ? *scripted.plug->proxy() : *scripted.plug->target(0);
    }

    void begin() {
        done = false;
        made.close();
        scripted.net.connects.clear();
        scripted.runner.spawn(go(*this), plug::report_escaped{scripted.events, "reach"});
        scripted.net.settle();
    }

    void cancel() {
        made.cancel();
        slot.cancel();
        scripted.net.settle();
    }

    /// These do not answer; how = they fail so at once.
    void fail(std::vector<plug::platform::endpoint> addresses,
              std::optional<plug::platform::error_code> how = std::nullopt) {
        plug::testing::fail_connects(scripted, std::move(addresses), how);
    }

    far_end& remote(std::size_t index) { return *scripted.net.connects.at(index); }

    scripted_plug scripted;
    plug::platform::connection made;
    plug::race_slot slot;
    attempt result;
    bool done = false;
};

} // namespace

BOOST_AUTO_TEST_SUITE(address_race)

BOOST_AUTO_TEST_CASE(an_address_that_fails_is_followed_by_the_next_at_once) {
    race tried({target_address(0), target_address(1), target_address(2), target_address(3)});
    tried.fail({target_address(0), target_address(1)}, refused);
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::connected));
    BOOST_TEST(tried.scripted.route() == "1 2 3");
    BOOST_TEST(tried.made.peer() == target_address(2));
}

BOOST_AUTO_TEST_CASE(a_silent_address_is_followed_by_the_next_after_the_delay) {
    race tried({target_address(0), target_address(1), target_address(2)});
    tried.fail({target_address(0), target_address(1)});
    tried.begin();
    BOOST_TEST(tried.scripted.route() == "1");
    tried.scripted.net.advance(249ms);
    BOOST_TEST(tried.scripted.route() == "1");
    tried.scripted.net.advance(1ms);
    BOOST_TEST(tried.scripted.route() == "1 2");
    BOOST_TEST(!tried.done);
    tried.scripted.net.advance(250ms);
    BOOST_TEST(tried.scripted.route() == "1 2 3");
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::connected));
    BOOST_TEST((tried.made.peer() == target_address(2)));
    tried.scripted.net.settle();
    BOOST_TEST((tried.remote(0).now == far_end::state::closed));
    BOOST_TEST((tried.remote(1).now == far_end::state::closed));
    BOOST_TEST((tried.remote(2).now == far_end::state::open));
}

BOOST_AUTO_TEST_CASE(a_slow_address_may_still_win_after_the_next_was_tried) {
    race tried({target_address(0), target_address(1)});
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.answers_after = remote.address == target_address(0) ? 300ms : 10s;
    };
    tried.begin();
    tried.scripted.net.advance(300ms);
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.made.peer() == target_address(0)));
    tried.scripted.net.settle();
    BOOST_TEST((tried.remote(1).now == far_end::state::closed));
}

BOOST_AUTO_TEST_CASE(a_failure_behind_a_silent_address_does_not_wait_for_the_delay) {
    race tried({target_address(0), target_address(1), target_address(2)});
    tried.scripted.net.on_connect = [](far_end& remote) {
        if (remote.address == target_address(0)) {
            remote.answer.reset();
        } else if (remote.address == target_address(1)) {
            remote.answer = refused;
        }
    };
    tried.begin();
    tried.scripted.net.advance(250ms);
    BOOST_TEST(tried.scripted.route() == "1 2 3");
    BOOST_TEST(tried.done);
}

BOOST_AUTO_TEST_CASE(the_address_that_answered_last_comes_first) {
    race tried({target_address(0), target_address(1), target_address(2)});
    tried.fail({target_address(0)});
    tried.begin();
    tried.scripted.net.advance(250ms);
    BOOST_TEST_REQUIRE(tried.done);
    tried.begin();
    BOOST_TEST(tried.done);
    BOOST_TEST(tried.scripted.route() == "2");
    tried.fail({target_address(1)}, refused);
    tried.begin();
    BOOST_TEST(tried.scripted.route() == "2 1");
}

BOOST_AUTO_TEST_CASE(the_connect_timeout_is_for_all_addresses_together) {
    plug::destination::endpoints ten;
    for (std::uint16_t index = 0; index < 10; ++index) {
        ten.push_back(target_address(index));
    }
    race tried(ten);
    tried.fail(ten);
    tried.begin();
    tried.scripted.net.advance(4999ms);
    BOOST_TEST(tried.scripted.net.connects.size() == 10U);
    BOOST_TEST(!tried.done);
    tried.scripted.net.advance(1ms);
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::target_failed));
    BOOST_TEST((tried.result.error == boost::asio::error::timed_out));
    BOOST_TEST(!tried.made);
}

BOOST_AUTO_TEST_CASE(a_race_that_is_cancelled_ends_at_any_point) {
    for (const auto when : {0ms, 100ms, 300ms, 600ms}) {
        race tried({target_address(0), target_address(1), target_address(2)});
        tried.fail({target_address(0), target_address(1), target_address(2)});
        tried.begin();
        tried.scripted.net.advance(when);
        tried.cancel();
        BOOST_TEST_REQUIRE(tried.done);
        BOOST_TEST((tried.result.what == outcome::cancelled));
        const auto connects = tried.scripted.net.connects.size();
        tried.scripted.net.advance(10s);
        BOOST_TEST(tried.scripted.net.connects.size() == connects);
    }
}

BOOST_AUTO_TEST_CASE(a_shortage_does_not_use_up_the_addresses) {
    race tried({target_address(0), target_address(1)});
    tried.fail({target_address(0)}, no_descriptor);
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::shortage));
    BOOST_TEST(tried.scripted.route() == "1");
}

BOOST_AUTO_TEST_CASE(a_shortage_does_not_end_an_attempt_that_waits_for_its_answer) {
    race tried({target_address(0), target_address(1), target_address(2)});
    tried.scripted.net.on_connect = [](far_end& remote) {
        if (remote.address == target_address(0)) {
            remote.answers_after = 400ms;
        } else {
            remote.answer = no_descriptor;
        }
    };
    tried.begin();
    tried.scripted.net.advance(1s);
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::connected));
    BOOST_TEST(tried.scripted.route() == "1 2");
}

BOOST_AUTO_TEST_CASE(an_address_that_refuses_says_more_than_one_of_a_family_that_is_not_there) {
    race tried({target_address(0), v6_address});
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.answer =
            remote.address == v6_address ? make_error_code(errc::address_not_available) : refused;
    };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::target_failed));
    BOOST_TEST((tried.result.error == refused));
}

BOOST_AUTO_TEST_CASE(with_a_source_only_addresses_of_its_family_are_tried) {
    race tried({v6_address, target_address(0), target_address(1)});
    tried.scripted.where->outgoing.v4 = boost::asio::ip::make_address("192.0.2.7");
    tried.fail({target_address(0)}, refused);
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST(tried.scripted.route() == "1 2");
    tried.name().resolved_to({v6_address});
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST(tried.scripted.net.connects.empty());
    BOOST_TEST((tried.result.what == outcome::target_failed));
    BOOST_TEST(tried.result.reason == "it has no address of the family of the source");
}

BOOST_AUTO_TEST_CASE(the_name_of_the_https_proxy_is_raced_for_likewise) {
    race tried({target_address(1), target_address(2)}, config_via_named_proxy());
    tried.scripted.net.on_connect = [](far_end& remote) {
        if (remote.address == target_address(1)) {
            remote.answer.reset();
        }
        remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}};
    };
    tried.begin();
    tried.scripted.net.advance(250ms);
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST((tried.result.what == outcome::connected));
    BOOST_TEST(tried.scripted.route() == "2 3");
    BOOST_TEST(tried.remote(0).heard == "");
    BOOST_TEST(tried.remote(1).heard.starts_with("CONNECT 10.0.0.1:80 "));
}

BOOST_AUTO_TEST_CASE(the_losers_of_a_race_are_no_failures_of_the_target) {
    auto config = config_with_name();
    config.resolve_names = true;
    scripted_plug scripted(config);
    scripted.plug->target(0)->resolved_to({target_address(0), target_address(1)});
    plug::testing::fail_connects(scripted, {target_address(0)}, std::nullopt);
    const auto client = scripted.start();
    scripted.net.advance(10s);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::target_down>().empty());
    BOOST_TEST(scripted.events.of<plug::attempt_failed>().empty());
    scripted.end_relay();
    BOOST_TEST(scripted.records().at(0).failed_attempts == 0U);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_cut_during_a_race_ends_at_once) {
    auto config = config_with_name();
    config.resolve_names = true;
    scripted_plug scripted(config);
    scripted.plug->target(0)->resolved_to({target_address(0), target_address(1)});
    plug::testing::fail_connects(scripted, {target_address(0), target_address(1)}, std::nullopt);
    const auto client = scripted.start();
    scripted.net.advance(300ms);
    BOOST_TEST(scripted.route() == "1 2");
    scripted.runner.cut_sessions([](std::size_t) {});
    scripted.net.settle();
    BOOST_TEST(scripted.counted.sessions() == 0U);
    BOOST_TEST((client->now == far_end::state::reset));
}

BOOST_AUTO_TEST_SUITE_END()
