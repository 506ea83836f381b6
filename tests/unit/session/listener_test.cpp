// Accepting clients: access rules, shortage, limits, and the end.
#include "core/monitor/report_escaped.hpp"
#include "core/session/listener.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::chrono_literals;

namespace {

namespace errc = boost::system::errc;
using plug::testing::at;
using plug::testing::client_address;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::no_descriptor;
using plug::testing::scripted_plug;

// A listener on the first of two workers.
struct listening_plug : scripted_plug {
    explicit listening_plug(plug::plug_config config, std::uint64_t most_sessions = 1000)
        : scripted_plug(std::move(config)), limited(most_sessions) {
        limited.on_listeners_closed([this] { ++times_closed; });
        limited.on_ended([this] { ++times_ended; });
        std::vector<plug::platform::network*> networks;
        for (int each = 0; each < 2; ++each) {
            workers.push_back(
                std::make_unique<plug::worker>(limited, plug::platform::network_options{}));
            networks.push_back(&workers.back()->network());
        }
        plug::platform::error_code error;
        auto opened = plug::platform::open_acceptors(at("0.0.0.0", 8080), {}, networks, error);
        accepting = std::make_shared<plug::listener>(std::move(opened.front().socket), where,
                                                     *workers[0], std::span(workers));
        plug::listener::start(accepting, events);
        settle_all();
    }

    ~listening_plug() { // whatever still waits lives in the workers' contexts
        accepting->stop();
        for (auto& each : workers) {
            each->cut_sessions([](std::size_t) {});
        }
        wait_until([this] { return times_ended > 0; });
        for (std::size_t index = 0; index < workers.size(); ++index) {
            script(index).advance(1ms); // the turn behind the last cut
        }
    }

    plug::platform::network::state& script(std::size_t index) {
        return workers[index]->network().self();
    }

    void settle_all() {
        for (std::size_t index = 0; index < workers.size(); ++index) {
            script(index).settle();
        }
    }

    /// Lets time pass until `condition` holds, a minute at most.
    template <typename Condition> void wait_until(Condition condition) {
        settle_all();
        for (auto passed = 0ms; passed < 1min && !condition(); passed += 10ms) {
            for (std::size_t index = 0; index < workers.size(); ++index) {
                script(index).advance(10ms);
            }
        }
        BOOST_TEST(condition());
    }

    std::shared_ptr<far_end> arrives(const plug::testing::endpoint& client = client_address,
                                     std::size_t worker = 0) {
        auto remote = std::make_shared<far_end>(far_end{client});
        script(0).arrive({{}, remote, worker});
        settle_all();
        return remote;
    }

    void fails(const plug::platform::error_code& error) {
        script(0).arrive({error, {}, 0});
        settle_all();
    }

    [[nodiscard]] std::uint64_t sessions() const { return limited.sessions(); }

    plug::census limited;
    std::vector<std::unique_ptr<plug::worker>> workers;
    std::shared_ptr<plug::listener> accepting;
};

plug::plug_config config_that_allows(const char* network) {
    auto config = config_with(1);
    config.allow.push_back(*plug::parse_network(network));
    return config;
}

} // namespace

BOOST_AUTO_TEST_SUITE(listener)

BOOST_AUTO_TEST_CASE(a_client_becomes_a_session_of_the_worker_that_it_was_accepted_for) {
    listening_plug scripted(config_with(1));
    scripted.arrives(client_address, 1);
    BOOST_TEST(scripted.script(0).relays.empty());
    BOOST_TEST(scripted.script(1).relays.size() == 1U);
    scripted.arrives(client_address, 0);
    BOOST_TEST(scripted.script(0).relays.size() == 1U);
    BOOST_TEST(scripted.sessions() == 2U);
}

BOOST_AUTO_TEST_CASE(a_client_that_no_rule_lets_in_is_closed_told_and_counted) {
    listening_plug scripted(config_that_allows("192.0.2.0/24"));
    const auto stranger = scripted.arrives(at("198.51.100.7", 999));
    BOOST_TEST((stranger->now == far_end::state::closed));
    BOOST_TEST(scripted.sessions() == 0U);
    BOOST_TEST(scripted.script(0).connects.empty());
    const auto told = scripted.events.of<plug::client_refused>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().client == at("198.51.100.7", 999));
    BOOST_TEST((told.front().listener == scripted.where->label));
    BOOST_TEST(scripted.events.of<plug::session_started>().empty());
    scripted.arrives();
    plug::session_totals of_worker;
    of_worker.add(scripted.workers[0]->totals());
    for (const auto& all : {scripted.plug->totals->sum(), of_worker}) {
        BOOST_TEST(all.accepted == 2U);
        BOOST_TEST(all.refused == 1U);
        BOOST_TEST(all.begun == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_a_rule_names_is_let_in_mapped_or_not) {
    listening_plug scripted(config_that_allows("192.0.2.0/24"));
    scripted.arrives(at("192.0.2.200", 1));
    scripted.arrives(at("::ffff:192.0.2.201", 1));
    BOOST_TEST(scripted.sessions() == 2U);
    scripted.arrives(at("::ffff:198.51.100.7", 1));
    const auto told = scripted.events.of<plug::client_refused>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().client == at("198.51.100.7", 1)); // told as the IPv4 client that it is
}

BOOST_AUTO_TEST_CASE(a_client_that_left_the_queue_costs_no_pause) {
    listening_plug scripted(config_with(1));
    for (const auto how : {errc::connection_aborted, errc::protocol_error, errc::interrupted,
                           errc::connection_reset}) {
        scripted.fails(make_error_code(how));
    }
    scripted.arrives();
    BOOST_TEST(scripted.sessions() == 1U);
    BOOST_TEST(scripted.events.of<plug::accept_paused>().empty());
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_pauses_and_is_told_once) {
    listening_plug scripted(config_with(1));
    for (int each = 0; each < 3; ++each) {
        scripted.script(0).queue.push_back({no_descriptor, {}, 0});
    }
    scripted.arrives();
    scripted.wait_until([&] { return scripted.sessions() == 1U; });
    const auto paused = scripted.events.of<plug::accept_paused>();
    BOOST_TEST_REQUIRE(paused.size() == 1U);
    BOOST_TEST(paused.front().action == "accept");
    BOOST_TEST((paused.front().error == no_descriptor));
    BOOST_TEST(scripted.events.of<plug::accept_resumed>().size() == 1U);
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_does_not_spin) {
    listening_plug scripted(config_with(1));
    scripted.script(0).queue.assign(10'000, {no_descriptor, {}, 0});
    scripted.arrives(); // an accept that never paused would come to this client at once
    BOOST_TEST(scripted.sessions() == 0U);
    BOOST_TEST(scripted.script(0).queue.size() > 9'000U);
    scripted.script(0).queue.clear();
}

BOOST_AUTO_TEST_CASE(a_shortage_of_a_session_holds_back_new_clients_until_it_is_over) {
    listening_plug scripted(config_with(1));
    scripted.limited.of_system().note(no_descriptor, scripted.script(0).now);
    scripted.arrives(); // this accept was under way
    scripted.arrives();
    BOOST_TEST(scripted.script(0).queue.size() == 1U);
    BOOST_TEST(scripted.events.of<plug::accept_paused>().size() == 1U);
    scripted.script(0).now += 100ms;
    scripted.wait_until([&] { return scripted.sessions() == 2U; });
    BOOST_TEST(scripted.events.of<plug::accept_resumed>().size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_ports_a_plug_holds_back_its_own_clients) {
    listening_plug scripted(config_with(1));
    const auto no_port = make_error_code(errc::address_not_available);
    scripted.plug->of_ports.note(no_port, scripted.script(0).now);
    BOOST_TEST(!scripted.limited.of_system().within(scripted.script(0).now, 100ms));
    scripted.arrives(); // this accept was under way
    scripted.arrives();
    BOOST_TEST(scripted.script(0).queue.size() == 1U);
    const auto paused = scripted.events.of<plug::accept_paused>();
    BOOST_TEST_REQUIRE(paused.size() == 1U);
    BOOST_TEST(paused.front().action == "connect");
    BOOST_TEST((paused.front().error == errc::address_not_available));
    scripted.script(0).now += 100ms;
    scripted.wait_until([&] { return scripted.sessions() == 2U; });
}

BOOST_AUTO_TEST_CASE(a_shortage_that_comes_and_goes_is_told_once_in_a_while) {
    listening_plug scripted(config_with(1));
    const auto comes_and_goes = [&] {
        for (int round = 0; round < 20; ++round) {
            const auto before = scripted.sessions();
            scripted.fails(no_descriptor);
            scripted.arrives();
            scripted.wait_until([&] { return scripted.sessions() == before + 1; });
        }
    };
    comes_and_goes();
    BOOST_TEST(scripted.events.of<plug::accept_paused>().size() == 1U);
    BOOST_TEST(scripted.events.of<plug::accept_resumed>().size() == 1U);
    scripted.script(0).advance(10s);
    comes_and_goes();
    BOOST_TEST(scripted.events.of<plug::accept_paused>().size() == 2U);
    BOOST_TEST(scripted.events.of<plug::accept_resumed>().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_shortage_that_stays_is_told_even_soon_after_another) {
    listening_plug scripted(config_with(1));
    scripted.fails(no_descriptor);
    scripted.arrives();
    scripted.wait_until([&] { return scripted.sessions() == 1U; });
    scripted.script(0).queue.assign(10'000, {no_descriptor, {}, 0});
    scripted.arrives();
    for (auto passed = 0ms; passed < 11s; passed += 50ms) {
        scripted.script(0).advance(50ms);
    }
    BOOST_TEST(scripted.events.of<plug::accept_paused>().size() == 2U);
    BOOST_TEST(scripted.events.of<plug::accept_resumed>().size() == 1U);
    scripted.script(0).queue.clear();
}

BOOST_AUTO_TEST_CASE(a_listener_without_memory_for_a_client_goes_on) {
    listening_plug scripted(config_with(1));
    scripted.fails(make_error_code(errc::not_enough_memory));
    scripted.arrives();
    scripted.wait_until([&] { return scripted.sessions() == 1U; });
    const auto paused = scripted.events.of<plug::accept_paused>();
    BOOST_TEST_REQUIRE(paused.size() == 1U);
    BOOST_TEST((paused.front().error == errc::not_enough_memory));
    BOOST_TEST(scripted.times_closed == 0);
}

BOOST_AUTO_TEST_CASE(clients_beyond_the_limit_wait_in_the_queue) {
    listening_plug scripted(config_with(1), 2);
    for (int each = 0; each < 3; ++each) {
        scripted.arrives();
    }
    BOOST_TEST(scripted.sessions() == 2U);
    BOOST_TEST(scripted.script(0).queue.size() == 1U);
    scripted.script(0).relays.front()->end({});
    scripted.wait_until([&] { return scripted.script(0).queue.empty(); });
    BOOST_TEST(scripted.sessions() == 2U);
}

BOOST_AUTO_TEST_CASE(after_stop_the_queue_is_served_and_then_the_listener_closes) {
    listening_plug scripted(config_with(1));
    for (int each = 0; each < 3; ++each) {
        scripted.script(0).queue.push_back(
            {{}, std::make_shared<far_end>(far_end{client_address}), 0});
    }
    scripted.accepting->stop();
    scripted.settle_all();
    BOOST_TEST(scripted.sessions() == 3U);
    BOOST_TEST(scripted.times_closed == 1);
    BOOST_TEST(scripted.times_ended == 0);
    BOOST_TEST(scripted.events.of<plug::listener_closed>().size() == 1U);
    while (!scripted.script(0).relays.empty()) {
        scripted.script(0).relays.front()->end({});
        scripted.settle_all();
    }
    BOOST_TEST(scripted.times_ended == 1);
}

BOOST_AUTO_TEST_CASE(a_listener_that_pauses_stops_too) {
    listening_plug scripted(config_with(1));
    scripted.fails(no_descriptor);
    BOOST_TEST(scripted.events.of<plug::accept_paused>().size() == 1U);
    scripted.accepting->stop();
    scripted.wait_until([&] { return scripted.times_closed == 1; });
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_a_listener_that_stops_serves_its_queue_all_the_same) {
    listening_plug scripted(config_with(1), 1);
    scripted.arrives();
    scripted.arrives();
    BOOST_TEST(scripted.sessions() == 1U);
    scripted.accepting->stop();
    scripted.wait_until([&] { return scripted.times_closed == 1; });
    BOOST_TEST(scripted.sessions() == 2U);
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_while_it_stops_neither_spins_nor_loses_clients) {
    listening_plug scripted(config_with(1));
    auto& queue = scripted.script(0).queue;
    queue.assign(10'000, {no_descriptor, {}, 0});
    scripted.accepting->stop();
    scripted.settle_all();
    BOOST_TEST(queue.size() > 9'000U);
    queue.clear();
    scripted.arrives();
    scripted.wait_until([&] { return scripted.times_closed == 1; });
    BOOST_TEST(scripted.sessions() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
