// Programs that are run to their end: what every system promises.
#include "platform/child_process.hpp"
#include "tests/support/process/system_abilities.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using namespace plug::platform;
using plug::test::endless_script;
using plug::test::shell_words;
using how = child_end::kind;

namespace {

child_end run(const std::vector<std::string>& words, std::chrono::milliseconds timeout = 60s) {
    const std::atomic<bool> wanted{true};
    return run_child({words, {}, timeout}, wanted);
}

} // namespace

BOOST_AUTO_TEST_SUITE(child_process)

BOOST_AUTO_TEST_CASE(the_exit_status_is_told) {
    for (const int status : {0, 3, 255}) {
        const auto end = run(shell_words("exit " + std::to_string(status)));
        BOOST_TEST((end.how == how::exited));
        BOOST_TEST(end.number == status);
    }
}

BOOST_AUTO_TEST_CASE(the_first_line_that_it_says_is_told) {
    BOOST_TEST(run(shell_words("echo one&&echo two")).said == "one");
}

BOOST_AUTO_TEST_CASE(arguments_arrive_as_they_are) {
    auto words = shell_words("exit 4");
    words.back() = "echo \"a  b\"";
    BOOST_TEST(run(words).said.find("a  b") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_is_not_there_is_told_with_the_reason) {
    const auto end = run({"/there is no such program"});
    BOOST_TEST((end.how == how::not_runnable));
    BOOST_TEST(end.said != "");
}

BOOST_AUTO_TEST_CASE(one_that_does_not_end_is_killed_when_its_time_is_over) {
    BOOST_TEST((run(shell_words(endless_script()), 100ms).how == how::timed_out));
}

BOOST_AUTO_TEST_CASE(one_that_is_not_wanted_any_more_is_killed) {
    const std::atomic<bool> wanted{false};
    const auto end = run_child({shell_words(endless_script()), {}, 600s}, wanted);
    BOOST_TEST((end.how == how::stopped));
}

BOOST_AUTO_TEST_SUITE_END()
