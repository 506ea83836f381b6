// What a reload says about the difference between two settings.
#include "service/file/changes.hpp"

#include <boost/test/unit_test.hpp>

using plug::changes_between;
using plug::waiting_changes;

namespace {

using lines = std::vector<std::string>;

plug::settings one_plug(const std::string& name, const std::string& host) {
    plug::settings made;
    auto& plug = made.engine.plugs.emplace_back();
    plug.name = name;
    plug.listen.push_back({{}, 443, {}});
    plug.targets.push_back(plug::target_config({host, 443, plug::parse_address(host).value}));
    plug.retry = std::chrono::seconds(10);
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(settings_changes)

BOOST_AUTO_TEST_CASE(equal_settings_have_none) {
    BOOST_TEST(changes_between(one_plug("web", "10.0.0.1"), one_plug("web", "10.0.0.1")).empty());
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_another_goes_and_comes) {
    BOOST_TEST(changes_between(one_plug("web", "10.0.0.1"), one_plug("web", "10.0.0.2")) ==
                   (lines{"[plug.web] - targets = [\"10.0.0.1:443\"]",
                          "[plug.web] + targets = [\"10.0.0.2:443\"]"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plug_that_is_new_or_gone_is_told_whole) {
    const auto changes = changes_between(one_plug("web", "10.0.0.1"), one_plug("ssh", "10.0.0.1"));
    BOOST_TEST(
        changes ==
            (lines{"[plug.web] - listen = [\"443\"]", "[plug.web] - targets = [\"10.0.0.1:443\"]",
                   "[plug.ssh] + listen = [\"443\"]", "[plug.ssh] + targets = [\"10.0.0.1:443\"]"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_target_with_more_than_an_address_is_one_entry) {
    auto before = one_plug("web", "10.0.0.1");
    before.engine.plugs.front().targets.front().weight = 3;
    auto after = before;
    after.engine.plugs.front().targets.front().weight = 0;
    BOOST_TEST(changes_between(before, after) ==
                   (lines{"[plug.web] - target = address = \"10.0.0.1:443\", weight = 3",
                          "[plug.web] + target = address = \"10.0.0.1:443\", weight = 0"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_password_is_told_by_nothing_but_that_it_is_another) {
    const auto through = [](const std::string& credentials) {
        auto made = one_plug("web", "10.0.0.1");
        made.engine.plugs.front().via =
            plug::https_proxy_config{*plug::parse_host_port("10.0.0.9:3128"), credentials};
        return made;
    };
    BOOST_TEST(changes_between(through("user:secret"), through("user:hidden")) ==
                   (lines{"[plug.web] via has another password"}),
               boost::test_tools::per_element());
    BOOST_TEST(changes_between(through("user:secret"), one_plug("web", "10.0.0.1")) ==
                   (lines{"[plug.web] - via = \"user:***@10.0.0.9:3128\""}),
               boost::test_tools::per_element());
    BOOST_TEST(changes_between(through("user:secret"), through("other:secret")) ==
                   (lines{"[plug.web] - via = \"user:***@10.0.0.9:3128\"",
                          "[plug.web] + via = \"other:***@10.0.0.9:3128\""}),
               boost::test_tools::per_element());
    BOOST_TEST(changes_between(through("user:secret"), through("user:secret")).empty());
}

BOOST_AUTO_TEST_CASE(another_place_for_the_log_waits_for_the_next_start) {
    const auto before = one_plug("web", "10.0.0.1");
    auto after = before;
    after.log_to.place = plug::log_place::system;
    BOOST_TEST(plug::waiting_changes(before, after) == lines{"[process] log_to"},
               boost::test_tools::per_element());
    BOOST_TEST(plug::waiting_changes(before, before).empty());
}

BOOST_AUTO_TEST_CASE(who_the_process_is_waits_for_the_next_start) {
    const auto before = one_plug("web", "10.0.0.1");
    auto after = one_plug("web", "10.0.0.2");
    BOOST_TEST(waiting_changes(before, after).empty());
    after.user = "nobody";
    after.group = "nogroup";
    after.chroot = "/srv";
    BOOST_TEST(waiting_changes(before, after) ==
                   (lines{"[process] user", "[process] group", "[process] chroot"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
