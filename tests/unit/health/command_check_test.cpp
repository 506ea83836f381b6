#include "core/health/command_check.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using how = plug::platform::child_end::kind;
using verdict = plug::probe_result::verdict;

namespace {

plug::check_config check_by_command() {
    plug::check_config check;
    check.kind = plug::check_kind::command;
    check.command = {"/usr/lib/checks/one", "-v"};
    return check;
}

plug::probe_plan plan_for(const std::string& target) {
    plug::probe_plan plan;
    plan.check = check_by_command();
    plan.target = std::make_shared<plug::destination>(*plug::parse_host_port(target));
    return plan;
}

plug::probe_result judgement(how end, int number = 0, const std::string& said = {}) {
    return plug::judged(check_by_command(), {end, number, said});
}

bool has(const plug::platform::child_program& program, const std::string& entry) {
    return std::ranges::find(program.environment, entry) != program.environment.end();
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_check)

BOOST_AUTO_TEST_CASE(the_program_finds_target_and_plug_in_its_environment) {
    const auto program = plug::program_of(plan_for("[2001:db8::1]:5432"), "data");
    BOOST_TEST(program.words == check_by_command().command, boost::test_tools::per_element());
    BOOST_TEST((program.timeout == check_by_command().timeout));
    BOOST_TEST(has(program, "PLUG_TARGET_NAME=[2001:db8::1]:5432"));
    BOOST_TEST(has(program, "PLUG_TARGET_ADDRESS=2001:db8::1"));
    BOOST_TEST(has(program, "PLUG_TARGET_PORT=5432"));
    BOOST_TEST(has(program, "PLUG_NAME=data"));
}

BOOST_AUTO_TEST_CASE(a_name_is_told_with_the_address_that_it_has) {
    const auto plan = plan_for("db.example:5432");
    BOOST_TEST(has(plug::program_of(plan, ""), "PLUG_TARGET_ADDRESS=db.example"));
    plan.target->resolved_to({{boost::asio::ip::make_address("10.0.0.9"), 5432}});
    BOOST_TEST(has(plug::program_of(plan, ""), "PLUG_TARGET_ADDRESS=10.0.0.9"));
    BOOST_TEST(has(plug::program_of(plan, ""), "PLUG_TARGET_NAME=db.example:5432"));
}

BOOST_AUTO_TEST_CASE(exit_status_0_passes_and_no_other) {
    BOOST_TEST((judgement(how::exited, 0).what == verdict::passed));
    for (const int status : {1, 2, 255}) {
        BOOST_TEST((judgement(how::exited, status).what == verdict::failed));
    }
}

BOOST_AUTO_TEST_CASE(the_reason_holds_what_the_program_said_as_printable_text) {
    const auto result = judgement(how::exited, 2, "too\x1b[1m late");
    BOOST_TEST(result.reason == "the program ended with status 2, saying 'too\\x1b[1m late'");
    const auto much = judgement(how::exited, 2, std::string(256, '\x01'));
    BOOST_TEST(much.reason.size() <= 200U);
}

BOOST_AUTO_TEST_CASE(one_that_hangs_or_is_killed_or_is_not_there_fails) {
    BOOST_TEST((judgement(how::timed_out).what == verdict::failed));
    BOOST_TEST(judgement(how::timed_out).reason == "the program took longer than 2000 ms");
    BOOST_TEST((judgement(how::killed, 11).what == verdict::failed));
    BOOST_TEST((judgement(how::not_runnable).what == verdict::failed));
}

BOOST_AUTO_TEST_CASE(a_system_that_is_short_of_something_says_nothing_of_the_target) {
    BOOST_TEST((judgement(how::shortage).what == verdict::none));
    BOOST_TEST((judgement(how::stopped).what == verdict::none));
}

BOOST_AUTO_TEST_SUITE_END()
