// The entrance: clients that say who they are before they are let in.
#include "core/plug/introduction.hpp"
#include "core/session/listener.hpp"
#include "tests/unit/session/session_support.hpp"

#include <boost/asio/error.hpp>

using namespace plug::testing;
using namespace std::chrono_literals;
namespace platform = plug::platform;

namespace {

/// A client says "ADDRESS\n"; what stands behind that is for the target.
class line_introduction final : public plug::introduction {
public:
    explicit line_introduction(std::shared_ptr<const plug::listening> passes_on = nullptr)
        : passes_on_(std::move(passes_on)) {}

    platform::task<plug::introduced> ask(platform::connection& client, platform::endpoint peer,
                                         platform::network& network) const override {
        const auto deadline = network.now() + 3s;
        std::string said;
        while (said.find('\n') == std::string::npos) {
            char buffer[64];
            const auto read = co_await client.read_some(boost::asio::buffer(buffer), deadline);
            if (read.error) {
                co_return plug::introduced{read.error, {}, nullptr};
            }
            said.append(buffer, read.bytes);
        }
        const auto end = said.find('\n');
        client.unread(std::string_view(said).substr(end + 1));
        co_return plug::introduced{
            {}, {boost::asio::ip::make_address(said.substr(0, end)), peer.port()}, passes_on_};
    }

private:
    std::shared_ptr<const plug::listening> passes_on_;
};

plug::plug_config config_that_allows(const char* network) {
    auto config = config_with(2);
    config.allow.push_back(*plug::parse_network(network));
    return config;
}

struct asking_plug : scripted_plug {
    explicit asking_plug(plug::plug_config config) : scripted_plug(std::move(config)) {
        plug->introduce_by(std::make_shared<line_introduction>());
    }

    std::shared_ptr<far_end> start_saying(std::deque<portion> says) {
        auto remote = std::make_shared<far_end>(far_end{client_address});
        remote->says = std::move(says);
        plug::session::begin(std::make_unique<plug::session>(where, runner, net.accepted(remote)));
        net.settle();
        return remote;
    }
};

const endpoint introduced_address = at("203.0.113.5", client_address.port());

} // namespace

BOOST_AUTO_TEST_SUITE(entrance)

BOOST_AUTO_TEST_CASE(a_plug_that_asks_nothing_reads_nothing_before_the_relay) {
    scripted_plug scripted(config_with(1));
    auto remote = std::make_shared<far_end>(far_end{client_address});
    remote->says = {{"203.0.113.5\n"}};
    plug::session::begin(std::make_unique<plug::session>(scripted.where, scripted.runner,
                                                         scripted.net.accepted(remote)));
    BOOST_TEST(scripted.net.waiting.empty()); // no coroutine has begun
    scripted.net.settle();
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(remote->says.size() == 1U);
    scripted.end_relay();
    BOOST_TEST(only_record(scripted).client == client_address);
}

BOOST_AUTO_TEST_CASE(rules_and_the_record_go_by_the_address_that_the_client_has_named) {
    asking_plug scripted(config_that_allows("203.0.113.0/24"));
    const auto remote = scripted.start_saying({{"203.0."}, {"113.5\nGET"}, {" /"}});
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    BOOST_TEST(remote->given_back == "GET");
    BOOST_TEST(remote->says.size() == 1U); // the rest is the relay's
    scripted.end_relay();
    BOOST_TEST(only_record(scripted).client == introduced_address);
    BOOST_TEST(scripted.events.of<plug::client_refused>().empty());
}

BOOST_AUTO_TEST_CASE(a_client_is_named_as_the_ipv4_client_that_it_is) {
    asking_plug scripted(config_that_allows("203.0.113.0/24"));
    scripted.start_saying({{"::ffff:203.0.113.5\n"}});
    BOOST_TEST_REQUIRE(scripted.net.relays.size() == 1U);
    scripted.end_relay();
    BOOST_TEST(only_record(scripted).client == introduced_address);
}

BOOST_AUTO_TEST_CASE(who_sticks_is_who_the_client_says_it_is) {
    auto config = config_with(3);
    config.affinity.enabled = true;
    asking_plug scripted(config);
    for (const char* const name : {"203.0.113.5\n", "203.0.113.6\n", "203.0.113.5\n"}) {
        scripted.start_saying({{name}});
    }
    BOOST_TEST(scripted.route() == "1 2 1");
}

BOOST_AUTO_TEST_CASE(a_client_whose_named_address_no_rule_lets_in_is_closed_without_a_record) {
    asking_plug scripted(config_that_allows("192.0.2.0/24")); // the peer would be let in
    const auto remote = scripted.start_saying({{"203.0.113.5\n"}});
    BOOST_TEST((remote->now == far_end::state::closed));
    BOOST_TEST(scripted.net.connects.empty());
    BOOST_TEST(scripted.counted.sessions() == 0U);
    const auto refused = scripted.events.of<plug::client_refused>();
    BOOST_TEST_REQUIRE(refused.size() == 1U);
    BOOST_TEST(refused.front().client == introduced_address);
    BOOST_TEST((refused.front().listener == scripted.where->label));
    BOOST_TEST(scripted.events.all.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_say_who_it_is_is_refused_by_the_address_of_its_peer) {
    asking_plug scripted(config_with(1));
    const auto remote = scripted.start_saying({});
    BOOST_TEST(scripted.counted.sessions() == 1U); // it is seen while it is asked
    scripted.net.advance(4s);
    BOOST_TEST((remote->now == far_end::state::closed));
    BOOST_TEST(scripted.counted.sessions() == 0U);
    const auto refused = scripted.events.of<plug::client_refused>();
    BOOST_TEST_REQUIRE(refused.size() == 1U);
    BOOST_TEST(refused.front().client == client_address);
    BOOST_TEST(scripted.events.all.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_cut_while_it_is_asked_ends_with_a_record) {
    asking_plug scripted(config_with(1));
    const auto remote = scripted.start_saying({{"203."}});
    cut(scripted);
    BOOST_TEST((remote->now == far_end::state::reset));
    BOOST_TEST(scripted.net.connects.empty());
    const auto record = only_record(scripted);
    BOOST_TEST((record.end == plug::session_end::stopped));
    BOOST_TEST(record.client == client_address);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_passed_on_meets_the_rules_here_and_the_targets_there) {
    scripted_plug scripted(config_that_allows("203.0.113.0/24"));
    auto config = config_with(0);
    config.name = "mail";
    config.targets.emplace_back(numeric(at("10.0.0.77", 25)));
    config.allow.push_back(*plug::parse_network("10.0.0.0/8")); // asked by nobody
    const auto other = std::make_shared<plug::listening>(
        std::make_shared<plug::plug_runtime>(config, scripted.events, &scripted.resolver),
        std::make_shared<const plug::listener_label>(plug::listener_label{"mail", "", 8080}),
        plug::outgoing_addresses{});
    scripted.plug->introduce_by(std::make_shared<line_introduction>(other));
    for (const char* const name : {"203.0.113.5\n", "198.51.100.1\n"}) {
        auto remote = std::make_shared<far_end>(far_end{client_address});
        remote->says = {{name}};
        plug::session::begin(std::make_unique<plug::session>(scripted.where, scripted.runner,
                                                             scripted.net.accepted(remote)));
        scripted.net.settle();
    }
    BOOST_TEST(scripted.route() == "77");
    BOOST_TEST(scripted.events.of<plug::client_refused>().size() == 1U);
    scripted.end_relay();
    BOOST_TEST(only_record(scripted).listener->plug == "mail");
}

BOOST_AUTO_TEST_CASE(a_reload_goes_on_asking_clients_who_they_are) {
    const asking_plug scripted(plug::plug_config{});
    const plug::plug_runtime next(plug::plug_config{}, *scripted.plug);
    BOOST_TEST(next.introduced_by() == scripted.plug->introduced_by());
}

BOOST_AUTO_TEST_CASE(a_listener_asks_nothing_of_a_client_that_is_still_to_say_who_it_is) {
    asking_plug scripted(config_that_allows("203.0.113.0/24"));
    std::vector<std::unique_ptr<plug::worker>> workers;
    workers.push_back(
        std::make_unique<plug::worker>(scripted.counted, platform::network_options{}));
    auto& net = workers.front()->network().self();
    platform::network* const networks[] = {&workers.front()->network()};
    error_code error;
    auto opened = platform::open_acceptors(at("0.0.0.0", 8080), {}, networks, error);
    const auto accepting = std::make_shared<plug::listener>(
        std::move(opened.front().socket), scripted.where, *workers.front(), std::span(workers));
    plug::listener::start(accepting, scripted.events);
    for (const char* const name : {"203.0.113.5\n", "198.51.100.1\n"}) {
        auto remote = std::make_shared<far_end>(far_end{client_address});
        remote->says = {{name}};
        net.arrive({{}, remote, 0});
        net.settle();
    }
    BOOST_TEST(net.relays.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::client_refused>().size() == 1U);
    accepting->stop();
    workers.front()->cut_sessions([](std::size_t) {});
    net.advance(1s);
}

BOOST_AUTO_TEST_SUITE_END()
