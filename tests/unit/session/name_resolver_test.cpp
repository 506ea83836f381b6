// Names are resolved in the background; only names that need no DNS server are asked for here.
#include "core/session/name_resolver.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace std::chrono_literals;

namespace {

using plug::testing::recording_sink;

std::shared_ptr<plug::destination> named(const char* name) {
    return std::make_shared<plug::destination>(plug::host_port{name, 80, {}});
}

// No name at all (RFC 1035, 2.3.1), so that no server is asked for it.
const char* const impossible = "no..name";

void wait_for(plug::name_resolver& resolver) {
    resolver.wait(std::chrono::steady_clock::now() + 60s);
}

} // namespace

BOOST_AUTO_TEST_SUITE(name_resolver)

BOOST_AUTO_TEST_CASE(a_name_gets_its_addresses_with_the_port) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    resolver.ask(local, "web");
    wait_for(resolver);
    BOOST_TEST(!resolver.is_asking(local));
    const auto found = *local->addresses();
    BOOST_TEST_REQUIRE(!found.empty());
    BOOST_TEST(std::all_of(found.begin(), found.end(), [](const auto& each) {
        return each.address().is_loopback() && each.port() == 80;
    }));
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_CASE(an_address_that_leads_back_is_none_and_that_is_told) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    resolver.ask(local, "web", [](const auto& found) { return found.address().is_loopback(); });
    wait_for(resolver);
    BOOST_TEST(local->addresses()->empty());
    const auto told = events.of<plug::name_unresolved>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().reason == "leads to this plug itself");
}

BOOST_AUTO_TEST_CASE(a_name_without_answer_is_told_and_keeps_what_was_known) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto unknown = named(impossible);
    const plug::destination::endpoints known{plug::testing::target_address(0)};
    unknown->resolved_to(known);
    resolver.ask(unknown, "web");
    wait_for(resolver);
    BOOST_TEST((*unknown->addresses() == known));
    const auto told = events.of<plug::name_unresolved>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().plug == "web");
    BOOST_TEST(told.front().name == impossible);
    BOOST_TEST(!told.front().reason.empty());
}

BOOST_AUTO_TEST_CASE(a_name_is_asked_for_at_most_once_in_the_least_interval) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    const auto start = std::chrono::steady_clock::now();
    resolver.ask(local, "web");
    wait_for(resolver);
    local->resolved_to({});
    for (int each = 0; each < 100; ++each) {
        resolver.ask(local, "web");
    }
    wait_for(resolver);
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST((local->addresses()->empty() || took >= plug::name_resolver::least_interval));
}

BOOST_AUTO_TEST_CASE(a_resolver_may_go_while_it_is_asked) {
    recording_sink events;
    const auto local = named("localhost");
    for (int round = 0; round < 10; ++round) {
        plug::name_resolver resolver(events);
        resolver.ask(local, "web");
    }
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_SUITE_END()
