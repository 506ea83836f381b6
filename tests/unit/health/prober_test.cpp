// One probe over the scripted transport: directly and through the HTTPS proxy, to its verdict and
// to the end of the connection.
#include "core/health/prober.hpp"
#include "core/monitor/report_escaped.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace std::chrono_literals;

namespace {

using plug::check_kind;
using plug::probe_plan;
using plug::probe_result;
using plug::testing::config_via_proxy;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::proxy_address;
using plug::testing::refused;
using plug::testing::scripted_plug;
using plug::testing::target_address;
using verdict = plug::probe_result::verdict;

plug::check_config check_of(check_kind kind) {
    plug::check_config made;
    made.kind = kind;
    return made;
}

struct trial {
    explicit trial(check_kind kind, plug::plug_config config = config_with(1))
        : scripted(std::move(config)),
          plan(std::make_shared<probe_plan>(probe_plan{check_of(kind),
                                                       scripted.plug->target(0),
                                                       scripted.plug->proxy(),
                                                       scripted.plug->conf.via,
                                                       {}})) {}
    ~trial() {
        made.cancel();
        race.cancel();
        scripted.net.settle();
    }

    static plug::platform::task<void> go(trial& self) {
        auto& network = self.scripted.runner.network();
        self.result = co_await plug::probe(self.plan, self.made, self.race, network);
        self.judged = true;
        co_await plug::take_leave(self.result.last, self.made, network);
        self.left = true;
    }

    void begin() {
        scripted.runner.spawn(go(*this), plug::report_escaped{scripted.events, "probe"});
        scripted.net.settle();
    }

    void targets_say(std::string bytes) {
        scripted.net.on_connect = [bytes](far_end& remote) { remote.says = {{bytes}}; };
    }

    far_end& remote() { return *scripted.net.connects.at(0); }

    scripted_plug scripted;
    std::shared_ptr<probe_plan> plan;
    plug::platform::connection made;
    plug::race_slot race;
    probe_result result;
    bool judged = false;
    bool left = false;
};

} // namespace

namespace plug {
static std::ostream& operator<<(std::ostream& out, verdict what) {
    return out << static_cast<int>(what);
}
} // namespace plug

BOOST_AUTO_TEST_SUITE(prober)

BOOST_AUTO_TEST_CASE(a_target_that_accepts_passes_and_the_connection_is_closed_in_order) {
    trial tried(check_kind::tcp);
    tried.begin();
    BOOST_TEST_REQUIRE(tried.left);
    BOOST_TEST(tried.result.what == verdict::passed);
    BOOST_TEST((tried.remote().now == far_end::state::closed));
}

BOOST_AUTO_TEST_CASE(a_target_that_refuses_fails) {
    trial tried(check_kind::tcp);
    tried.scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    tried.begin();
    BOOST_TEST(tried.result.what == verdict::failed);
    BOOST_TEST(tried.result.reason == "connect: " + refused.message());
    BOOST_TEST(tried.result.led_astray);
}

BOOST_AUTO_TEST_CASE(the_answers_of_a_target_decide_what_the_dialogue_says) {
    trial tried(check_kind::http);
    tried.targets_say("HTTP/1.1 503 Busy\r\n\r\n");
    tried.begin();
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::failed);
    BOOST_TEST(tried.result.reason.find("503") != std::string::npos);
    BOOST_TEST(!tried.result.led_astray);
    BOOST_TEST(tried.remote().heard.starts_with("GET / HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(a_target_that_says_nothing_fails_when_the_timeout_of_the_check_is_over) {
    trial tried(check_kind::ssh);
    tried.begin();
    tried.scripted.net.advance(1999ms);
    BOOST_TEST(!tried.judged);
    tried.scripted.net.advance(1ms);
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::failed);
    BOOST_TEST(tried.result.reason == "timed out waiting for the SSH identification");
}

BOOST_AUTO_TEST_CASE(a_connect_that_is_not_answered_takes_the_timeout_of_the_check) {
    trial tried(check_kind::ssh);
    tried.scripted.net.on_connect = [](far_end& remote) { remote.answer.reset(); };
    tried.begin();
    tried.scripted.net.advance(2s);
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::failed);
    BOOST_TEST(tried.result.reason.starts_with("timed out waiting for the connection"));
}

BOOST_AUTO_TEST_CASE(the_timeout_is_for_the_whole_probe) {
    trial tried(check_kind::ssh, config_via_proxy(1));
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}};
    };
    tried.begin();
    tried.scripted.net.advance(2s);
    BOOST_TEST(tried.judged);
}

BOOST_AUTO_TEST_CASE(a_probe_goes_through_the_proxy_where_its_sessions_do) {
    trial tried(check_kind::ssh, config_via_proxy(1));
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.says = {{"HTTP/1.1 200 OK\r\n\r\n"}, {"SSH-2.0-OpenSSH_9.2\r\n"}};
    };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::passed);
    BOOST_TEST(tried.remote().address == proxy_address);
    BOOST_TEST(tried.remote().heard.starts_with("CONNECT 10.0.0.1:80 HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_reached_says_nothing_about_the_target) {
    trial tried(check_kind::tcp, config_via_proxy(1));
    tried.scripted.net.on_connect = [](far_end& remote) { remote.answer = refused; };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::none);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_reach_the_target_says_that_it_is_down) {
    trial tried(check_kind::tcp, config_via_proxy(1));
    tried.targets_say("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    tried.begin();
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::failed);
}

BOOST_AUTO_TEST_CASE(a_shortage_of_this_system_says_nothing_about_the_target) {
    trial tried(check_kind::tcp);
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.answer = plug::testing::no_descriptor;
    };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.judged);
    BOOST_TEST(tried.result.what == verdict::none);
}

BOOST_AUTO_TEST_CASE(a_target_is_heard_out_for_a_second_and_no_longer) {
    trial tried(check_kind::redis);
    tried.targets_say("+PONG\r\n");
    tried.begin();
    BOOST_TEST(tried.result.what == verdict::passed);
    BOOST_TEST(!tried.left);
    BOOST_TEST((tried.remote().now == far_end::state::open));
    tried.scripted.net.advance(1s);
    BOOST_TEST(tried.left);
    BOOST_TEST((tried.remote().now == far_end::state::closed));
}

BOOST_AUTO_TEST_CASE(a_target_that_answers_the_farewell_is_left_then_where_that_is_all_it_says) {
    for (const bool answers : {false, true}) {
        trial tried(check_kind::ssh);
        tried.scripted.net.on_connect = [answers](far_end& remote) {
            remote.says = {{"SSH-2.0-OpenSSH_9.2\r\n"}};
            if (answers) {
                remote.says.push_back({"what it offers"});
            }
        };
        tried.begin();
        BOOST_TEST(tried.result.what == verdict::passed);
        BOOST_TEST(tried.left == answers);
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_has_answered_already_is_left_at_once) {
    trial tried(check_kind::ssh);
    tried.targets_say("SSH-2.0-dropbear\r\nwhat it offers");
    tried.begin();
    BOOST_TEST(tried.left);
}

BOOST_AUTO_TEST_CASE(a_probe_that_is_cancelled_ends_without_a_verdict) {
    trial tried(check_kind::ssh);
    tried.begin();
    tried.made.cancel();
    tried.scripted.net.settle();
    BOOST_TEST_REQUIRE(tried.left);
    BOOST_TEST(tried.result.what == verdict::none);
}

BOOST_AUTO_TEST_SUITE_END()
