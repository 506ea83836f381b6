// Up and down from the outcomes of probes, and when the next probe is due.
#include "core/health/rise_fall.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace plug;
using namespace std::chrono_literals;

namespace {

/// Reports the outcomes, `+` for passed and `-` for failed, and gives for each the state behind it:
/// U or D where that is news, u or d where it is none.
std::string states_after(plug::rise_fall target, const std::string& outcomes) {
    std::string states;
    for (const char outcome : outcomes) {
        const bool news = outcome == '+' ? target.passed() : target.failed();
        if (news) {
            states += target.up() ? 'U' : 'D';
        } else {
            states += target.up() ? 'u' : 'd';
        }
    }
    return states;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rise_fall)

BOOST_AUTO_TEST_CASE(a_fresh_target_is_as_it_is_assumed) {
    BOOST_TEST(plug::rise_fall(2, 3).up());
    BOOST_TEST(!plug::rise_fall(2, 3, false).up());
    BOOST_TEST(!plug::rise_fall(2, 3).probed());
}

BOOST_AUTO_TEST_CASE(the_first_outcome_decides_alone) {
    BOOST_TEST(states_after({2, 3}, "-") == "D");
    BOOST_TEST(states_after({2, 3, false}, "+") == "U");
}

BOOST_AUTO_TEST_CASE(a_first_outcome_that_was_assumed_is_no_news) {
    BOOST_TEST(states_after({2, 3}, "+") == "u");
    BOOST_TEST(states_after({2, 3, false}, "-") == "d");
    BOOST_TEST(states_after({2, 3}, "+--") == "uuu"); // and then it takes all of them
}

BOOST_AUTO_TEST_CASE(it_goes_down_after_fall_failures_in_a_row_and_up_after_rise_passes) {
    BOOST_TEST(states_after({2, 3}, "+---++") == "uuuDdU");
    BOOST_TEST(states_after({1, 1}, "+-+-") == "uDUD");
    BOOST_TEST(states_after({3, 2}, "-+++--") == "DddUuD");
}

BOOST_AUTO_TEST_CASE(what_is_not_in_a_row_does_not_count) {
    BOOST_TEST(states_after({2, 3}, "+--+--+--") == "uuuuuuuuu");
    BOOST_TEST(states_after({2, 3}, "-+-+-+") == "Dddddd");
}

BOOST_AUTO_TEST_CASE(staying_as_it_is_is_no_news) {
    BOOST_TEST(states_after({2, 3}, "+++") == "uuu");
    BOOST_TEST(states_after({2, 3}, "---") == "Ddd");
}

BOOST_AUTO_TEST_CASE(what_speaks_against_the_state_is_counted) {
    plug::rise_fall target(2, 3);
    target.passed();
    target.failed();
    target.failed();
    BOOST_TEST(target.contrary() == 2U);
    target.failed();
    BOOST_TEST(target.contrary() == 0U);
    BOOST_TEST(target.probed());
}

BOOST_AUTO_TEST_CASE(the_next_probe_is_within_the_jitter_of_the_interval) {
    plug::check_config check;
    check.interval = 10s;
    check.jitter = 0.2;
    BOOST_TEST((until_next_probe(check, 0.0) == 8s));
    BOOST_TEST((until_next_probe(check, 0.5) == 10s));
    BOOST_TEST((until_next_probe(check, 0.75) == 11s));
    check.jitter = 0;
    BOOST_TEST((until_next_probe(check, 0.9) == 10s));
}

BOOST_AUTO_TEST_CASE(the_first_probe_is_within_one_interval) {
    plug::check_config check;
    check.interval = 10s;
    BOOST_TEST((until_first_probe(check, 0.0) == 0s));
    BOOST_TEST((until_first_probe(check, 0.25) == 2500ms));
}

BOOST_AUTO_TEST_CASE(probes_of_many_keep_the_interval_on_average) {
    const plug::check_config check;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> any(0, 1);
    std::chrono::microseconds sum{0};
    for (int probe = 0; probe < 10'000; ++probe) {
        const auto next = until_next_probe(check, any(random));
        BOOST_REQUIRE((next >= 4500ms && next <= 5500ms));
        sum += next;
    }
    BOOST_TEST((sum / 10'000 > 4980ms && sum / 10'000 < 5020ms));
}

BOOST_AUTO_TEST_SUITE_END()
