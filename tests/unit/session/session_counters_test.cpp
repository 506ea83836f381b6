// What sessions count of themselves, whether anybody wants to hear of them or not.
#include "core/engine/engine.hpp"
#include "core/plug/introduction.hpp"
#include "tests/unit/session/session_support.hpp"

#include <boost/asio/error.hpp>

using namespace plug::testing;

namespace {

/// Nobody wants to hear of sessions.
struct counting_plug : scripted_plug {
    explicit counting_plug(plug::plug_config config) : scripted_plug(std::move(config)) {
        events.sessions = false;
    }
    [[nodiscard]] plug::session_totals totals() const { return plug->totals->sum(); }
    [[nodiscard]] plug::session_totals of_worker() const {
        plug::session_totals all;
        all.add(runner.totals());
        return all;
    }
    void move_bytes(std::uint64_t from_client, std::uint64_t from_target) {
        net.relays.front()->stats.from_client = from_client;
        net.relays.front()->stats.from_target = from_target;
    }
};

std::uint64_t ends(const plug::session_totals& all, plug::session_end how) {
    return all.ended[static_cast<std::size_t>(how)];
}

/// Passes every client on, or refuses it where there is no other plug.
struct fixed_introduction final : plug::introduction {
    plug::platform::task<plug::introduced> ask(plug::platform::connection&, endpoint peer,
                                               plug::platform::network&) const override {
        co_return plug::introduced{other == nullptr ? reset_by_peer : error_code(), peer, other};
    }
    std::shared_ptr<const plug::listening> other;
};

} // namespace

BOOST_AUTO_TEST_SUITE(session_counters)

BOOST_AUTO_TEST_CASE(a_session_is_counted_by_its_plug_its_worker_and_its_target) {
    counting_plug scripted(config_with(2));
    scripted.start();
    for (const auto& all : {scripted.totals(), scripted.of_worker()}) {
        BOOST_TEST(all.begun == 1U);
        BOOST_TEST(all.current() == 1U);
    }
    BOOST_TEST(scripted.plug->targets.totals(0).connected == 1U);
    scripted.move_bytes(12, 345);
    scripted.end_relay();
    for (const auto& all : {scripted.totals(), scripted.of_worker()}) {
        BOOST_TEST(all.current() == 0U);
        BOOST_TEST(ends(all, plug::session_end::completed) == 1U);
        BOOST_TEST(all.all_ended() == 1U);
        BOOST_TEST(all.from_client == 12U);
        BOOST_TEST(all.from_target == 345U);
        BOOST_TEST(all.retries + all.failed_connects + all.refused + all.left == 0U);
    }
    const auto target = scripted.plug->targets.totals(0);
    BOOST_TEST(target.from_client == 12U);
    BOOST_TEST(target.from_target == 345U);
    BOOST_TEST(target.failed_connects == 0U);
    BOOST_TEST(scripted.plug->targets.totals(1).connected == 0U);
    BOOST_TEST(scripted.events.all.empty());
}

BOOST_AUTO_TEST_CASE(failed_connects_count_for_their_target_and_what_follows_is_a_retry) {
    counting_plug scripted(config_with(3));
    fail_connects(scripted, {target_address(0), target_address(1)}, refused);
    scripted.start();
    BOOST_TEST(scripted.totals().failed_connects == 2U);
    BOOST_TEST(scripted.totals().retries == 2U);
    BOOST_TEST(scripted.of_worker().retries == 2U);
    for (const std::uint32_t target : {0U, 1U}) {
        BOOST_TEST(scripted.plug->targets.totals(target).failed_connects == 1U);
        BOOST_TEST(scripted.plug->targets.totals(target).connected == 0U);
    }
    BOOST_TEST(scripted.plug->targets.totals(2).connected == 1U);
    scripted.end_relay();
    BOOST_TEST(ends(scripted.totals(), plug::session_end::completed) == 1U);
}

BOOST_AUTO_TEST_CASE(every_end_is_counted_by_its_reason_once) {
    counting_plug scripted(config_with(1));
    scripted.start();
    scripted.end_relay({reset_by_peer, plug::platform::side::client});
    scripted.start();
    scripted.end_relay({reset_by_peer, plug::platform::side::target});
    scripted.start();
    cut(scripted);
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start(); // and is cut at once, as all are from now on
    const auto all = scripted.totals();
    BOOST_TEST(ends(all, plug::session_end::client_failed) == 1U);
    BOOST_TEST(ends(all, plug::session_end::target_failed) == 1U);
    BOOST_TEST(ends(all, plug::session_end::stopped) == 2U);
    BOOST_TEST(all.begun == 4U);
    BOOST_TEST(all.current() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_reaches_no_target_is_counted_with_no_bytes) {
    counting_plug scripted(config_with(1));
    fail_connects(scripted, {target_address(0)}, refused);
    scripted.start();
    BOOST_TEST(ends(scripted.totals(), plug::session_end::no_target) == 1U);
    BOOST_TEST(scripted.totals().current() == 0U);
    BOOST_TEST(scripted.plug->targets.totals(0).failed_connects == 1U);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_refused_when_it_is_known_has_left) {
    counting_plug scripted(config_with(1));
    scripted.plug->introduce_by(std::make_shared<fixed_introduction>());
    scripted.start();
    for (const auto& all : {scripted.totals(), scripted.of_worker()}) {
        BOOST_TEST(all.refused == 1U);
        BOOST_TEST(all.left == 1U);
        BOOST_TEST(all.all_ended() == 0U);
        BOOST_TEST(all.current() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_is_passed_on_ends_in_the_other_plug) {
    counting_plug scripted(config_with(1));
    const auto other =
        std::make_shared<plug::plug_runtime>(config_with(1), scripted.events, &scripted.resolver);
    auto passes_on = std::make_shared<fixed_introduction>();
    passes_on->other =
        std::make_shared<plug::listening>(other, scripted.where->label, plug::outgoing_addresses{});
    scripted.plug->introduce_by(passes_on);
    scripted.start();
    BOOST_TEST(scripted.totals().current() == 0U);
    BOOST_TEST(other->totals->sum().current() == 1U);
    BOOST_TEST(scripted.of_worker().current() == 1U);
    scripted.end_relay();
    BOOST_TEST(scripted.totals().left == 1U);
    BOOST_TEST(ends(other->totals->sum(), plug::session_end::completed) == 1U);
    BOOST_TEST(scripted.of_worker().current() == 0U);
}

BOOST_AUTO_TEST_CASE(counters_go_on_over_a_reload_for_those_who_stay) {
    counting_plug scripted(config_with(2));
    scripted.start();
    scripted.start();
    auto changed = config_with(3);
    changed.targets.erase(changed.targets.begin()); // the second one is the first now
    const auto next = std::make_shared<plug::plug_runtime>(changed, *scripted.plug);
    scripted.plug->hand_over_to(next);
    scripted.move_bytes(7, 0); // of the target that is gone
    scripted.end_relay();
    scripted.move_bytes(5, 0);
    scripted.end_relay();
    BOOST_TEST(next->totals->sum().begun == 2U);
    BOOST_TEST(next->totals->sum().from_client == 12U);
    BOOST_TEST(next->totals->sum().current() == 0U);
    BOOST_TEST(next->targets.totals(0).connected == 1U);
    BOOST_TEST(next->targets.totals(0).from_client == 5U);
    BOOST_TEST(next->targets.totals(1).connected == 0U);
}

BOOST_AUTO_TEST_CASE(an_engine_gives_the_numbers_of_all_its_workers_plugs_and_targets_by_name) {
    recording_sink events;
    plug::configuration config;
    config.threads = 2;
    config.plugs.push_back(config_with(2));
    config.plugs.front().listen.push_back({{}, 8080});
    plug::engine engine(config, events);
    BOOST_TEST_REQUIRE(!engine.open().has_value());
    const auto taken = engine.totals();
    BOOST_TEST(taken.workers.size() == 2U);
    BOOST_TEST_REQUIRE(taken.plugs.size() == 1U);
    BOOST_TEST(taken.plugs.front().name == "web");
    BOOST_TEST_REQUIRE(taken.plugs.front().targets.size() == 2U);
    BOOST_TEST(taken.plugs.front().targets[1].name == config.plugs.front().targets[1].label());
    BOOST_TEST(taken.plugs.front().totals.begun == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
