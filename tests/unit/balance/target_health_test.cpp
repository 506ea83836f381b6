// When a target may be picked, and what is news about it.
#include "core/balance/target_health.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace std::chrono_literals;

namespace {

using health = plug::target_health;

const health::time_point start{1h};
const std::optional<health::duration> no_retry;
const std::optional<health::duration> retry = 10s;

} // namespace

BOOST_AUTO_TEST_SUITE(target_health)

BOOST_AUTO_TEST_CASE(a_target_is_up_until_something_else_is_known) {
    health target;
    BOOST_TEST(target.available());
    BOOST_TEST(target.eligible(start, no_retry));
    BOOST_TEST(!target.succeeded());
}

BOOST_AUTO_TEST_CASE(a_failure_takes_it_down_and_is_news_once) {
    health target;
    BOOST_TEST(target.failed(start));
    BOOST_TEST(!target.available());
    BOOST_TEST(!target.failed(start + 1s));
}

BOOST_AUTO_TEST_CASE(a_success_brings_it_back_and_is_news_once) {
    health target;
    target.failed(start);
    BOOST_TEST(target.succeeded());
    BOOST_TEST(target.available());
    BOOST_TEST(!target.succeeded());
    BOOST_TEST(target.failed(start + 1s));
}

BOOST_AUTO_TEST_CASE(without_a_retry_time_it_stays_down) {
    health target;
    target.failed(start);
    BOOST_TEST(!target.eligible(start + 10000h, no_retry));
}

BOOST_AUTO_TEST_CASE(the_retry_time_counts_from_the_failure) {
    health target;
    target.failed(start);
    BOOST_TEST(!target.eligible(start + 10s - 1ns, retry));
    BOOST_TEST(target.eligible(start + 10s, retry));
}

BOOST_AUTO_TEST_CASE(a_retry_that_fails_starts_the_time_again) {
    health target;
    target.failed(start);
    target.failed(start + 10s);
    BOOST_TEST(!target.eligible(start + 19s, retry));
    BOOST_TEST(target.eligible(start + 20s, retry));
}

BOOST_AUTO_TEST_CASE(an_attempt_under_way_holds_the_next_one_back) {
    health target;
    target.failed(start);
    target.begin_attempt(start + 12s);
    BOOST_TEST(!target.eligible(start + 12s, retry));
    BOOST_TEST(!target.eligible(start + 21s, retry));
    BOOST_TEST(target.eligible(start + 22s, retry));
}

BOOST_AUTO_TEST_CASE(an_attempt_on_a_target_that_is_up_holds_nothing_back) {
    health target;
    target.begin_attempt(start);
    BOOST_TEST(target.eligible(start, retry));
}

BOOST_AUTO_TEST_CASE(another_chance_is_no_news_in_either_direction) {
    health target;
    target.failed(start);
    target.give_another_chance();
    BOOST_TEST(target.eligible(start, no_retry));
    BOOST_TEST(!target.failed(start + 1s)); // it was down all the time, as far as anyone was told
    target.give_another_chance();
    BOOST_TEST(target.succeeded());
}

BOOST_AUTO_TEST_SUITE_END()
