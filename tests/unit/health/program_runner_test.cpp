#include "core/health/program_runner.hpp"
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using plug::platform::child_end;
using plug::platform::child_program;
using plug::test::endless_script;
using plug::test::eventually;
using plug::test::shell_words;

namespace {

child_program no_program() { return {{"/there is no such program"}, {}, 60s}; }

} // namespace

BOOST_AUTO_TEST_SUITE(program_runner)

BOOST_AUTO_TEST_CASE(each_end_is_told) {
    std::atomic<int> told{0};
    plug::program_runner runner;
    for (int each = 0; each < 100; ++each) {
        runner.run(no_program(), [&](const child_end& end) {
            told += end.how == child_end::kind::not_runnable ? 1 : 1000;
        });
    }
    BOOST_TEST(eventually([&] { return told == 100; }));
}

BOOST_AUTO_TEST_CASE(what_runs_at_its_end_is_killed_and_what_waits_is_forgotten) {
    std::atomic<std::size_t> stopped{0};
    std::atomic<std::size_t> told{0};
    {
        plug::program_runner runner;
        for (std::size_t each = 0; each < plug::program_runner::most_at_once + 4; ++each) {
            runner.run({shell_words(endless_script()), {}, 600s}, [&](const child_end& end) {
                ++told;
                stopped += end.how == child_end::kind::stopped ? 1U : 0U;
            });
        }
    }
    BOOST_TEST(told == stopped);
    BOOST_TEST(told <= plug::program_runner::most_at_once);
}

BOOST_AUTO_TEST_CASE(one_that_waited_runs_when_another_has_ended) {
    std::atomic<std::size_t> told{0};
    plug::program_runner runner;
    for (std::size_t each = 0; each < plug::program_runner::most_at_once + 1; ++each) {
        runner.run({shell_words(endless_script()), {}, 100ms}, [&](const child_end& end) {
            told += end.how == child_end::kind::timed_out ? 1U : 0U;
        });
    }
    BOOST_TEST(eventually([&] { return told == plug::program_runner::most_at_once + 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
