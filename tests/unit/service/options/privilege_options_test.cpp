// --user, --group and --chroot: what is told before anything is opened.
#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"

#include <boost/test/unit_test.hpp>

namespace {

std::vector<std::string> told_of(const plug::settings& settings) {
    std::vector<std::string> told;
    for (const auto& each : plug::problems_of(settings)) {
        if (each.what.find("lies outside") != std::string::npos ||
            each.what.find("means nothing") != std::string::npos) {
            told.push_back(each.where + " " + each.what);
        }
    }
    return told;
}

std::vector<std::string> problems_with(const std::string& user, const std::string& group,
                                       const char* chroot, const char* session_log) {
    plug::settings settings;
    settings.user = user;
    settings.group = group;
    if (chroot != nullptr) {
        settings.chroot = chroot;
    }
    if (session_log != nullptr) {
        settings.session_log = session_log;
    }
    return told_of(settings);
}

plug::check_config check_by(const char* program) {
    plug::check_config check;
    check.kind = plug::check_kind::command;
    check.command = {program};
    return check;
}

using lines = std::vector<std::string>;
constexpr auto each = boost::test_tools::per_element();

} // namespace

BOOST_AUTO_TEST_SUITE(privilege_options)

BOOST_AUTO_TEST_CASE(a_group_and_a_root_folder_mean_nothing_without_a_user) {
    BOOST_TEST(problems_with("", "www", "/srv", nullptr) ==
                   (lines{"group means nothing without --user; add it",
                          "chroot means nothing without --user; add it"}),
               each);
    BOOST_TEST(problems_with("nobody", "www", "/srv", nullptr).empty());
}

BOOST_AUTO_TEST_CASE(a_session_log_outside_the_root_folder_is_named) {
    BOOST_TEST(problems_with("nobody", "", "/srv/plug", "/srv/plug2/log") ==
                   (lines{"session-log /srv/plug2/log lies outside the root folder, /srv/plug, and "
                          "could not be opened again"}),
               each);
    BOOST_TEST(problems_with("nobody", "", "/srv/plug/", "/srv/plug/log").empty());
    BOOST_TEST(problems_with("nobody", "", "/", "/srv/plug/log").empty());
    BOOST_TEST(problems_with("nobody", "", "/srv/plug", "-").empty());
}

BOOST_AUTO_TEST_CASE(a_program_of_a_check_outside_the_root_folder_is_named) {
    plug::settings settings;
    settings.user = "nobody";
    settings.chroot = "/srv/plug";
    auto& plug = settings.engine.plugs.emplace_back();
    plug.check = check_by("/usr/bin/check");
    plug.targets.resize(2);
    plug.targets[0].where = *plug::parse_host_port("10.0.0.1:80");
    plug.targets[0].check = check_by("/srv/plug/bin/check");
    plug.targets[1].where = *plug::parse_host_port("10.0.0.2:80");
    plug.targets[1].check = check_by("/srv/check");
    const std::string outside = " lies outside the root folder, /srv/plug, and could not be run";
    BOOST_TEST(told_of(settings) ==
                   (lines{"check /usr/bin/check" + outside, "10.0.0.2:80 /srv/check" + outside}),
               each);
    settings.chroot.reset();
    BOOST_TEST(told_of(settings).empty());
}

BOOST_AUTO_TEST_CASE(a_name_holds_no_group) {
    auto line = plug::empty_line_3();
    plug::read_into(line, *plug::find_long_option("user"), "nobody:nogroup");
    plug::read_into(line, *plug::find_long_option("group"), "");
    BOOST_REQUIRE(line.problems.size() == 2U);
    BOOST_TEST(line.problems[0].what == "'nobody:nogroup' is no name; --group takes the group");
    BOOST_TEST(line.problems[1].what == "is empty; write a name");
}

BOOST_AUTO_TEST_SUITE_END()
