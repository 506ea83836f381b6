// Reaching one target: directly, by name, and through the HTTPS proxy.
#include "core/monitor/report_escaped.hpp"
#include "core/plug/connector.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

namespace errc = boost::system::errc;
using plug::attempt;
using plug::testing::at;
using plug::testing::config_via_proxy;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::portion;
using plug::testing::proxy_address;
using plug::testing::refused;
using plug::testing::scripted_plug;
using plug::testing::target_address;
using outcome = plug::attempt::outcome;

// One attempt to reach target 0, outside of any session.
struct trial {
    explicit trial(plug::plug_config config) : scripted(std::move(config)) {}
    ~trial() { // an attempt must not outlive the worker
        cancel();
    }

    void cancel() {
        made.cancel();
        race.cancel();
        scripted.net.settle();
    }

    static plug::platform::task<void> go(trial& self) {
        self.result = co_await plug::reach(*self.scripted.where, 0, self.made, self.race,
                                           self.scripted.runner.network());
        self.done = true;
    }

    void begin() {
        scripted.runner.spawn(go(*this), plug::report_escaped{scripted.events, "reach"});
        scripted.net.settle();
    }

    outcome what() {
        BOOST_TEST_REQUIRE(done);
        return result.what;
    }

    scripted_plug scripted;
    plug::platform::connection made;
    plug::race_slot race;
    attempt result;
    bool done = false;
};

// What becomes of an attempt when each connect ends in `how`.
attempt failing_with(plug::plug_config config, const plug::platform::error_code& how) {
    trial tried(std::move(config));
    tried.scripted.net.on_connect = [how](far_end& remote) { remote.answer = how; };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST(!tried.made);
    return tried.result;
}

attempt failing_with(plug::plug_config config, errc::errc_t how) {
    return failing_with(std::move(config), make_error_code(how));
}

// What becomes of an attempt when the proxy answers this, in these portions.
attempt answered_with(std::deque<portion> reply) {
    trial tried(config_via_proxy(1));
    tried.scripted.net.on_connect = [&](far_end& remote) { remote.says = reply; };
    tried.begin();
    BOOST_TEST_REQUIRE(tried.done);
    BOOST_TEST(bool(tried.made) == (tried.result.what == outcome::connected));
    return tried.result;
}

std::string request_with(const std::string& credentials, plug::host_port target) {
    auto config = config_via_proxy(0);
    config.targets.push_back(std::move(target));
    config.via->credentials = credentials;
    trial tried(std::move(config));
    tried.begin();
    return tried.scripted.net.connects.at(0)->heard;
}

} // namespace

BOOST_AUTO_TEST_SUITE(connector)

BOOST_AUTO_TEST_CASE(a_target_that_answers_is_connected) {
    trial tried(config_with(1));
    tried.begin();
    BOOST_TEST((tried.what() == outcome::connected));
    BOOST_TEST(tried.made.peer() == target_address(0));
    BOOST_TEST(tried.scripted.net.connects.at(0)->heard == "");
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_target_is_told_with_what_was_being_done) {
    for (const auto how : {errc::connection_refused, errc::connection_reset, errc::host_unreachable,
                           errc::network_unreachable, errc::network_down, errc::permission_denied,
                           errc::timed_out}) {
        const auto result = failing_with(config_with(1), how);
        BOOST_TEST((result.what == outcome::target_failed));
        BOOST_TEST((result.error == how));
        BOOST_TEST(result.action == "connect to");
        BOOST_TEST(result.reason == make_error_code(how).message());
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_does_not_answer_fails_after_the_connect_timeout) {
    auto config = config_with(1);
    config.connect_timeout = 700ms;
    trial tried(std::move(config));
    tried.scripted.net.on_connect = [](far_end& remote) { remote.answer.reset(); };
    tried.begin();
    tried.scripted.net.advance(699ms);
    BOOST_TEST(!tried.done);
    tried.scripted.net.advance(1ms);
    BOOST_TEST((tried.what() == outcome::target_failed));
    BOOST_TEST((tried.result.error == boost::asio::error::timed_out));
}

BOOST_AUTO_TEST_CASE(what_this_system_lacks_is_nobodys_fault) {
    for (const auto how :
         {errc::too_many_files_open, errc::too_many_files_open_in_system, errc::no_buffer_space,
          errc::not_enough_memory, errc::resource_unavailable_try_again}) {
        BOOST_TEST((failing_with(config_with(1), how).what == outcome::shortage));
        BOOST_TEST((failing_with(config_via_proxy(1), how).what == outcome::shortage));
    }
    for (const auto how : {errc::address_not_available, errc::address_in_use}) {
        const auto result = failing_with(config_with(1), how);
        BOOST_TEST((result.what == outcome::no_local_address));
        BOOST_TEST(result.reason == "no local port or address is free for it (" +
                                        make_error_code(how).message() + ")");
    }
}

BOOST_AUTO_TEST_CASE(a_cancelled_attempt_says_so) {
    trial tried(config_with(1));
    tried.scripted.net.on_connect = [](far_end& remote) { remote.answer.reset(); };
    tried.begin();
    tried.made.cancel();
    tried.scripted.net.settle();
    BOOST_TEST((tried.what() == outcome::cancelled));
}

BOOST_AUTO_TEST_CASE(the_outgoing_address_of_the_targets_family_is_used) {
    for (const auto& target : {target_address(0), at("2001:db8::1", 80)}) {
        auto config = config_with(0);
        config.targets.push_back(plug::testing::numeric(target));
        config.keepalive = true;
        trial tried(std::move(config));
        const auto v4 = boost::asio::ip::make_address("192.0.2.7");
        const auto v6 = boost::asio::ip::make_address("2001:db8::7");
        tried.scripted.where->outgoing = {v4, v6};
        tried.begin();
        const auto& options = tried.scripted.net.connects.at(0)->options;
        BOOST_TEST((options.source == (target.address().is_v4() ? v4 : v6)));
        BOOST_TEST(options.keepalive);
    }
}

BOOST_AUTO_TEST_CASE(without_outgoing_side_the_system_chooses_and_keepalive_is_off) {
    trial tried(config_with(1));
    tried.begin();
    BOOST_TEST(!tried.scripted.net.connects.at(0)->options.source);
    BOOST_TEST(!tried.scripted.net.connects.at(0)->options.keepalive);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_resolved_is_a_target_that_fails_and_says_why) {
    auto config = config_with(0);
    config.targets.emplace_back(plug::host_port{"db.example.org", 80, {}});
    trial tried(std::move(config));
    tried.begin();
    BOOST_TEST((tried.what() == outcome::target_failed));
    BOOST_TEST((tried.result.error == boost::asio::error::host_not_found_try_again));
    BOOST_TEST(tried.result.reason == "the name is not resolved yet");
    tried.scripted.plug->target(0)->not_resolved(
        {boost::asio::error::host_not_found_try_again, "no answer from DNS"});
    tried.begin();
    BOOST_TEST(tried.result.reason == "no answer from DNS");
}

BOOST_AUTO_TEST_CASE(through_the_proxy_the_target_is_asked_for_with_connect_and_host) {
    BOOST_TEST(request_with("", {"10.0.0.1", 80, boost::asio::ip::make_address("10.0.0.1")}) ==
               "CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n");
    BOOST_TEST(
        request_with("", {"2001:db8::1", 443, boost::asio::ip::make_address("2001:db8::1")}) ==
        "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_name_behind_the_proxy_is_passed_through_unresolved) {
    BOOST_TEST(request_with("", {"db.example.org", 5432, {}}) ==
               "CONNECT db.example.org:5432 HTTP/1.1\r\nHost: db.example.org:5432\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(credentials_are_sent_as_basic) {
    // RFC 4648, 10 has the last three; RFC 7617, 2 has the first.
    const std::pair<std::string, std::string> known[] = {
        {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xc3\xa4:\xff", "w6Q6/w=="}};
    for (const auto& [plain, encoded] : known) {
        BOOST_TEST(request_with(plain, {"db", 1, {}}) ==
                   "CONNECT db:1 HTTP/1.1\r\nHost: db:1\r\nProxy-Authorization: Basic " + encoded +
                       "\r\n\r\n");
    }
}

BOOST_AUTO_TEST_CASE(a_2xx_of_the_proxy_connects) {
    BOOST_TEST((answered_with({{"HTTP/1.1 200 Connection established\r\n\r\n"}}).what ==
                outcome::connected));
    BOOST_TEST(
        (answered_with({{"HTTP/1.1 100 Continue\r\n\r"}, {"\nHTTP/1.0 204"}, {"\n\n"}}).what ==
         outcome::connected));
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_header_are_given_back_to_the_session) {
    trial tried(config_via_proxy(1));
    const auto behind = "220 ready\r\n\r\nand\0more"s;
    tried.scripted.net.on_connect = [&](far_end& remote) {
        remote.says = {{"HTTP/1.1 200 OK\r\n"}, {"\r\n" + behind}};
    };
    tried.begin();
    BOOST_TEST((tried.what() == outcome::connected));
    BOOST_TEST(tried.scripted.net.connects.at(0)->given_back == behind);
}

BOOST_AUTO_TEST_CASE(a_status_that_is_no_2xx_is_a_failure_with_the_status_line) {
    const auto result = answered_with({{"HTTP/1.1 502 Bad Gateway\r\nA: b\r\n\r\n"}});
    BOOST_TEST((result.what == outcome::target_failed));
    BOOST_TEST(bool(result.error));
    BOOST_TEST(result.action == "CONNECT through 10.9.9.9:3128 to");
    BOOST_TEST(result.reason == "HTTP/1.1 502 Bad Gateway");
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_cut_short_is_a_failure) {
    const auto result = answered_with({{"HTTP/1.1 200 OK\r\nHalf: a"}, {}});
    BOOST_TEST((result.what == outcome::target_failed));
    BOOST_TEST(result.reason == "the HTTPS proxy closed without a whole reply");
    const auto reset = answered_with(
        {{"HTTP/1.1 200 OK\r\n"}, {"", make_error_code(boost::asio::error::connection_reset)}});
    BOOST_TEST((reset.what == outcome::target_failed));
    BOOST_TEST((reset.error == boost::asio::error::connection_reset));
}

BOOST_AUTO_TEST_CASE(a_reply_without_end_is_refused_at_the_limit) {
    std::deque<portion> endless(40, portion{std::string(1000, 'x')});
    const auto result = answered_with(endless);
    BOOST_TEST((result.what == outcome::target_failed));
    BOOST_TEST(result.reason == "the reply's header is longer than 16 KiB");
}

BOOST_AUTO_TEST_CASE(the_proxy_has_its_deadline_for_the_whole_reply) {
    trial tried(config_via_proxy(1));
    tried.scripted.net.on_connect = [](far_end& remote) {
        remote.says = {{"HTTP/1.1 200 OK\r\n"}};
    };
    tried.begin();
    tried.scripted.net.advance(9999ms);
    BOOST_TEST(!tried.done);
    tried.scripted.net.advance(1ms);
    BOOST_TEST((tried.what() == outcome::target_failed));
    BOOST_TEST(tried.result.reason == "no reply from the HTTPS proxy");
    BOOST_TEST(!tried.made);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_takes_no_request_is_held_to_the_deadline_too) {
    trial tried(config_via_proxy(1));
    tried.scripted.net.on_connect = [](far_end& remote) { remote.takes.reset(); };
    tried.begin();
    tried.scripted.net.advance(10s);
    BOOST_TEST((tried.what() == outcome::target_failed));
    BOOST_TEST(!tried.made);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_reached_is_no_fault_of_the_target) {
    const auto result = failing_with(config_via_proxy(1), refused);
    BOOST_TEST((result.what == outcome::proxy_failed));
    BOOST_TEST(result.action == "connect to the HTTPS proxy");
    BOOST_TEST(result.reason == refused.message());
}

BOOST_AUTO_TEST_CASE(an_attempt_is_cancelled_while_the_proxy_thinks) {
    trial tried(config_via_proxy(1));
    tried.begin();
    tried.made.cancel();
    tried.scripted.net.settle();
    BOOST_TEST((tried.what() == outcome::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
