// The moving average of durations at irregular intervals.
#include "core/balance/moving_average.hpp"

#include "core/picking/random_numbers.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

using average = plug::moving_average;

const average::time_point start{1h};

// Rounding of a thousand steps is far below a microsecond.
bool same(average::duration one, average::duration other) {
    return one - other < 1us && other - one < 1us;
}

double seconds(std::chrono::duration<double> time) { return time.count(); }

} // namespace

BOOST_AUTO_TEST_SUITE(moving_average)

BOOST_AUTO_TEST_CASE(before_the_first_sample_it_is_nothing) {
    const average times(10s);
    BOOST_TEST((times.value() == 0s));
    BOOST_TEST((times.faded(start) == 0s));
}

BOOST_AUTO_TEST_CASE(the_first_sample_counts_at_once) {
    average times(1000h);
    times.add(30ms, start);
    BOOST_TEST((times.value() == 30ms));
}

BOOST_AUTO_TEST_CASE(a_sample_after_a_half_life_counts_half) {
    average times(10s);
    times.add(30ms, start);
    times.add(10ms, start + 10s);
    BOOST_TEST(same(times.value(), 20ms));
    times.add(80ms, start + 30s); // two of them: three quarters
    BOOST_TEST(same(times.value(), 65ms));
}

BOOST_AUTO_TEST_CASE(many_samples_in_one_moment_count_no_more_than_one) {
    average times(10s);
    times.add(30ms, start);
    for (int each = 0; each < 100; ++each) {
        times.add(1s, start);
    }
    BOOST_TEST((times.value() == 30ms));
}

BOOST_AUTO_TEST_CASE(the_number_of_samples_between_two_moments_does_not_matter) {
    average often(10s);
    average seldom(10s);
    often.add(10ms, start);
    seldom.add(10ms, start);
    for (int each = 1; each <= 1000; ++each) {
        often.add(50ms, start + each * 7ms);
    }
    seldom.add(50ms, start + 7s);
    BOOST_TEST(same(often.value(), seldom.value()));
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_changes_nothing) {
    average times(10s);
    times.add(30ms, start);
    times.add(1s, start - 1h);
    BOOST_TEST((times.value() == 30ms));
    BOOST_TEST((times.faded(start - 1h) == 30ms));
    times.add(10ms, start + 10s);
    BOOST_TEST(same(times.value(), 20ms));
}

BOOST_AUTO_TEST_CASE(without_samples_it_fades_by_half_in_a_half_life) {
    average times(10s);
    times.add(40ms, start);
    BOOST_TEST((times.faded(start) == 40ms));
    BOOST_TEST(same(times.faded(start + 20s), 10ms));
    BOOST_TEST((times.value() == 40ms));
    BOOST_TEST((times.faded(start + 1000h) == 0s));
}

BOOST_AUTO_TEST_CASE(it_agrees_with_the_weighted_sum_of_all_samples) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            plug::random_numbers random(seed);
            average times(5s);
            std::vector<std::pair<double, double>> known; // seconds: interval before it, sample
            auto now = start;
            for (int step = 0; step < 200; ++step) {
                const auto interval = std::chrono::microseconds(random.below(3'000'000));
                const auto sample = std::chrono::microseconds(random.below(1'000'000));
                now += interval;
                times.add(sample, now);
                known.emplace_back(seconds(interval), seconds(sample));
                double sum = 0;
                double left = 1; // of the average, going back in time
                for (std::size_t each = known.size(); each-- > 1;) {
                    const double taken = 1 - std::exp(-known[each].first / (5 / std::log(2.0)));
                    sum += left * taken * known[each].second;
                    left -= left * taken;
                }
                sum += left * known.front().second;
                BOOST_REQUIRE(std::abs(seconds(times.value()) - sum) < 1e-6);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
