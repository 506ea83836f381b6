// What sessions tell their pool of how long connects take.
#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace {

using plug::testing::client_address;
using plug::testing::config_with;
using plug::testing::far_end;
using plug::testing::scripted_plug;

plug::plug_config weighing(std::uint16_t targets) {
    auto made = config_with(targets);
    made.policy = plug::policy::random_two;
    made.weigh_connect_time = true;
    return made;
}

/// Its score is the connect time in milliseconds, as nobody is connected.
double score(const scripted_plug& scripted, std::uint32_t target) {
    const auto told = scripted.plug->targets.explain(client_address.address(), scripted.net.now);
    return told.candidates[target].score.value() / (told.candidates[target].connections + 1.0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(connect_time)

BOOST_AUTO_TEST_CASE(a_connect_is_measured_from_the_accept_where_it_comes_first) {
    scripted_plug scripted(weighing(1));
    scripted.net.on_connect = [](far_end& remote) { remote.answers_after = 30ms; };
    scripted.start();
    scripted.net.advance(30ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    BOOST_TEST(score(scripted, 0) == 30.0);
}

BOOST_AUTO_TEST_CASE(what_came_before_a_connect_is_not_its_time) {
    scripted_plug scripted(weighing(2));
    scripted.net.on_connect = [&](far_end& remote) {
        if (scripted.net.connects.size() == 1) {
            remote.answer.reset(); // until the connect timeout
        } else {
            remote.answers_after = 20ms;
        }
    };
    scripted.start();
    scripted.net.advance(5s);
    scripted.net.advance(20ms);
    BOOST_TEST(scripted.net.relays.size() == 1U);
    const auto reached = static_cast<std::uint32_t>(scripted.route().back() - '1');
    BOOST_TEST(score(scripted, reached) == 20.0);
}

BOOST_AUTO_TEST_SUITE_END()
