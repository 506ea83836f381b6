// Slow start: a target that has come back gets few clients at first.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace plug::test;

namespace {

/// How many of the next 33 clients get `b`, which has gone and come back.
std::ptrdiff_t clients_after_return(const words& options) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug({a.address(), b.address()}, options);
    b.refuse();
    for (int each = 0; each < 3; ++each)
        BOOST_TEST(ask_name(plug.port()) == "a");
    b.come_back();
    BOOST_TEST(eventually([&] { return ask_name(plug.port()) == "b"; }));
    const auto names = ask_names(plug.port(), 33);
    BOOST_TEST(plug.stop() == 0);
    return std::ranges::count(names, "b");
}

} // namespace

BOOST_AUTO_TEST_SUITE(slow_start)

BOOST_AUTO_TEST_CASE(a_target_that_has_come_back_gets_a_tenth_of_its_weight_at_first) {
    const auto few = clients_after_return({"--retry", "10ms", "--slow-start", "1d"});
    BOOST_TEST(few >= 1); // 3 by its share, and never two picks away from that
    BOOST_TEST(few <= 5);
}

BOOST_AUTO_TEST_CASE(without_slow_start_it_gets_every_other_client_at_once) {
    const auto half = clients_after_return({"--retry", "10ms"});
    BOOST_TEST(half >= 16);
    BOOST_TEST(half <= 17);
}

BOOST_AUTO_TEST_SUITE_END()
