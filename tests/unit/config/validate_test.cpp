#include "core/config/overlap.hpp"
#include "core/config/validate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace plug;
using namespace std::chrono_literals;

namespace {

configuration good(const std::string& listen = "127.0.0.1:7001",
                   const std::vector<std::string>& targets = {"127.0.0.1:7002"}) {
    configuration config;
    auto& plug = config.plugs.emplace_back();
    plug.listen.push_back(*parse_listen(listen));
    for (const auto& target : targets) {
        plug.targets.push_back(*parse_host_port(target));
    }
    return config;
}

std::string told(const std::vector<problem>& problems) {
    std::string all;
    for (const auto& one : problems) {
        all += one.where + ": " + one.what + "\n";
    }
    return all;
}

bool is_loop(const std::string& listen, const std::string& target) {
    const auto text = told(validate(good(listen, {target})));
    return text.find("is this plug's own listening address") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(validate)

BOOST_AUTO_TEST_CASE(a_good_configuration_has_no_problem) {
    BOOST_TEST(told(plug::validate(good())) == "");
    auto config = good("7001", {"10.0.0.1:80", "[2001:db8::1]:80", "10.0.0.1:80"});
    config.grace = 0ms;
    config.threads = 256;
    BOOST_TEST(told(plug::validate(config)) == "");
}

BOOST_AUTO_TEST_CASE(a_passed_socket_has_one_listener_and_no_port_for_targets) {
    auto config = good("fd:web");
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs.push_back(good("fd:mail").plugs.front());
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs.push_back(good("fd:web").plugs.front());
    BOOST_TEST(told(plug::validate(config)).find("listen fd:web: is taken already") == 0U);
    BOOST_TEST(told(plug::validate(good("fd:web", {"127.0.0.1"}))) ==
               "127.0.0.1: has no port; write one from 1 to 65535\n");
}

BOOST_AUTO_TEST_CASE(a_target_that_is_the_own_listener_is_refused) {
    BOOST_TEST(is_loop("127.0.0.1:7001", "127.0.0.1:7001"));
    BOOST_TEST(is_loop("7001", "127.0.0.1:7001"));
    BOOST_TEST(is_loop("7001", "127.0.0.2:7001"));
    BOOST_TEST(is_loop("7001", "[::ffff:127.0.0.1]:7001"));
    BOOST_TEST(is_loop("0.0.0.0:7001", "127.0.0.1:7001"));
    BOOST_TEST(is_loop("[::ffff:127.0.0.1]:7001", "127.0.0.1:7001"));
}

BOOST_AUTO_TEST_CASE(another_port_or_address_is_no_loop) {
    BOOST_TEST(!is_loop("127.0.0.1:7001", "127.0.0.1:7002"));
    BOOST_TEST(!is_loop("127.0.0.1:7001", "127.0.0.2:7001"));
    BOOST_TEST(!is_loop("7001", "127.0.0.1:7002"));
    BOOST_TEST(!is_loop("7001", "203.0.113.1:7001"));
    BOOST_TEST(!is_loop("[::]:7001", "127.0.0.1:7001"));
}

BOOST_AUTO_TEST_CASE(behind_an_https_proxy_the_proxy_and_not_the_target_may_be_the_loop) {
    auto config = good("127.0.0.1:7001", {"127.0.0.1:7001"});
    config.plugs[0].via.emplace().server = *parse_host_port("127.0.0.1:3128");
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs[0].via->server = *parse_host_port("127.0.0.1:7001");
    BOOST_TEST(told(plug::validate(config)) ==
               "127.0.0.1:7001: is this plug's own listening address; name another address or "
               "port\n");
}

BOOST_AUTO_TEST_CASE(a_name_is_refused_unless_it_may_be_resolved_or_the_proxy_does) {
    auto config = good("7001", {"example.com:80"});
    BOOST_TEST(told(plug::validate(config)).find("example.com:80: is a name") == 0U);
    config.plugs[0].resolve_names = true;
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs[0].resolve_names = false;
    config.plugs[0].via.emplace().server = *parse_host_port("10.0.0.1:80");
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs[0].via->server = *parse_host_port("proxy.example:80");
    BOOST_TEST(told(plug::validate(config)).find("proxy.example:80: is a name") == 0U);
}

BOOST_AUTO_TEST_CASE(a_target_that_is_not_one_host_is_refused) {
    for (const char* target :
         {"0.0.0.0:80", "[::]:80", "224.0.0.1:80", "[ff02::1]:80", "255.255.255.255:80"}) {
        BOOST_TEST(told(plug::validate(good("7001", {target}))) ==
                   std::string(target) + ": is not the address of one host, such as 10.0.0.1\n");
    }
}

BOOST_AUTO_TEST_CASE(an_https_proxy_that_is_not_one_host_is_refused) {
    for (const char* proxy : {"0.0.0.0:3128", "[::]:3128", "239.0.0.1:3128"}) {
        auto config = good("7001", {"10.0.0.1:80"});
        config.plugs[0].via.emplace().server = *parse_host_port(proxy);
        BOOST_TEST(told(plug::validate(config)) ==
                   std::string(proxy) + ": is not the address of one host, such as 10.0.0.1\n");
    }
}

BOOST_AUTO_TEST_CASE(an_address_in_any_form_is_that_of_one_host_or_not) {
    for (const char* host : {"0.0.0.0", "::", "::ffff:0.0.0.0", "224.0.0.1", "::ffff:224.0.0.1",
                             "ff02::1", "255.255.255.255", "::ffff:255.255.255.255"}) {
        BOOST_TEST(!plug::is_one_host(boost::asio::ip::make_address(host)), host);
    }
    for (const char* host :
         {"127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "2001:db8::1", "fe80::1"}) {
        BOOST_TEST(plug::is_one_host(boost::asio::ip::make_address(host)), host);
    }
}

BOOST_AUTO_TEST_CASE(a_check_that_would_find_the_plug_itself_is_refused) {
    auto config = good("127.0.0.1:7001", {"127.0.0.1:7002"});
    config.plugs[0].check.emplace().port = 7001;
    BOOST_TEST(told(plug::validate(config)) ==
               "127.0.0.1:7002: has a check at this plug's own listening address, port 7001; name "
               "another port\n");
    config.plugs[0].targets[0].check.emplace().port = 7003; // that of the target counts
    BOOST_TEST(told(plug::validate(config)) == "");
    config.plugs[0].targets[0].check->port = 7001;
    config.plugs[0].check.reset();
    BOOST_TEST(told(plug::validate(config)) != "");
    config.plugs[0].via.emplace().server = *parse_host_port("10.0.0.1:3128"); // which connects
    BOOST_TEST(told(plug::validate(config)) == "");
}

BOOST_AUTO_TEST_CASE(a_source_of_the_other_family_is_refused) {
    const auto text = told(plug::validate(good("7001/127.0.0.1", {"[2001:db8::1]:80"})));
    BOOST_TEST(text.find("[2001:db8::1]:80: cannot be reached from the source 127.0.0.1") == 0U);
    BOOST_TEST(told(plug::validate(good("7001/127.0.0.1", {"10.0.0.1:80"}))) == "");
    // Behind an HTTPS proxy it is the proxy's family that counts.
    auto config = good("7001/127.0.0.1", {"[2001:db8::1]:80"});
    config.plugs[0].via.emplace().server = *parse_host_port("10.0.0.1:80");
    BOOST_TEST(told(plug::validate(config)) == "");
}

BOOST_AUTO_TEST_CASE(a_source_that_this_machine_does_not_have_is_refused) {
    BOOST_TEST(told(plug::validate(good("7001/203.0.113.9")))
                   .find("203.0.113.9: is not an address of this machine") == 0U);
    BOOST_TEST(told(plug::validate(good("7001/nosuchif")))
                   .find("nosuchif: is no network interface of this machine") == 0U);
    BOOST_TEST(told(plug::validate(good("7001/lo"))) == "");
    BOOST_TEST(told(validate_values(good("7001/203.0.113.9"))) == "");
}

BOOST_AUTO_TEST_CASE(connect_times_are_weighed_by_random_two_alone) {
    auto config = good();
    config.plugs[0].weigh_connect_time = true;
    const auto problems = plug::validate(config);
    BOOST_REQUIRE(problems.size() == 1U);
    BOOST_TEST(problems[0].where == "weigh-connect-time");
    config.plugs[0].policy = plug::policy::random_two;
    BOOST_TEST(told(plug::validate(config)) == "");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
    configuration config;
    config.plugs.emplace_back().name = "web";
    const auto problems = plug::validate(config);
    BOOST_REQUIRE(problems.size() == 2U);
    BOOST_TEST(problems[0].plug == "web");
    BOOST_TEST(problems[0].where == "listen");
    BOOST_TEST(problems[1].where == "targets");
    BOOST_TEST(told(plug::validate(good("7001", {"10.0.0.1"}))).find("10.0.0.1: has no port") ==
               0U);
}

BOOST_AUTO_TEST_CASE(without_any_plug_there_is_nothing_wrong) {
    BOOST_TEST(told(plug::validate(configuration{})) == "");
}

BOOST_AUTO_TEST_CASE(a_listening_address_is_taken_once) {
    const auto refused = [](const std::string& one, const std::string& other) {
        auto config = good(one);
        config.plugs.front().name = "a";
        config.plugs.push_back(good(other).plugs.front());
        config.plugs.back().name = "b";
        const auto problems = plug::validate(config);
        return problems.empty() ? "" : problems[0].plug + " " + told({problems[0]});
    };
    BOOST_TEST(refused("127.0.0.1:7001", "127.0.0.1:7001") ==
               "b listen 127.0.0.1:7001: is taken already, by 127.0.0.1:7001 of plug a; name "
               "another address or port\n");
    for (const auto* other : {"7001", "127.0.0.1:7001", "[::1]:7001", "0.0.0.0:7001"}) {
        BOOST_TEST(refused("7001", other) != "", other);
        BOOST_TEST(refused(other, "7001") != "", other);
    }
    BOOST_TEST(refused("0.0.0.0:7001", "127.0.0.1:7001") != "");
    BOOST_TEST(refused("0.0.0.0:7001", "[::]:7001") == "");
    BOOST_TEST(refused("0.0.0.0:7001", "[::1]:7001") == "");
    BOOST_TEST(refused("127.0.0.1:7001", "127.0.0.2:7001") == "");
    BOOST_TEST(refused("7001", "7003") == "");
}

BOOST_AUTO_TEST_CASE(credentials_with_control_characters_are_refused) {
    auto config = good();
    auto& via = config.plugs[0].via.emplace();
    via.server = *parse_host_port("10.0.0.1:80");
    via.credentials = "user:pass\r\nX: y";
    BOOST_TEST(told(plug::validate(config)).find("via: takes no control characters") == 0U);
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once) {
    auto config = good("127.0.0.1:7001", {"127.0.0.1:7001", "name:80", "0.0.0.0:80"});
    config.plugs[0].weigh_connect_time = true;
    config.plugs[0].targets[0].max_connections = 0;
    BOOST_TEST(plug::validate(config).size() == 5U, told(plug::validate(config)));
}

BOOST_AUTO_TEST_CASE(ten_thousand_targets_are_good) {
    auto config = good("7001");
    for (int i = 0; i < 10'000; ++i) {
        config.plugs[0].targets.push_back(*parse_host_port("10.0." + std::to_string(i / 200) + "." +
                                                           std::to_string(1 + i % 200) + ":80"));
    }
    BOOST_TEST(told(plug::validate(config)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
