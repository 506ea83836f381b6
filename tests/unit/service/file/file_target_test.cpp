// [[plug.NAME.target]]: targets that need more than an address.
#include "service/file/loader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;

namespace {

const std::string head = "[plug.web]\nlisten = \"7001\"\n";

configuration_file read(const std::string& text) {
    return read_configuration_text(head + text, "f", empty_line_3(), false);
}

plug_config good(const std::string& text) {
    auto file = read(text);
    BOOST_REQUIRE_MESSAGE(file.report.empty(), text << "\nwas refused: " << file.report);
    return file.settings.engine.plugs.at(0);
}

void is_refused(const std::string& text, const std::string& complaint) {
    const auto report = read(text).report;
    BOOST_TEST(report.find("f:" + complaint) != std::string::npos, text << "\ngave\n" << report);
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_target)

BOOST_AUTO_TEST_CASE(a_target_has_a_name_a_weight_and_may_be_a_backup) {
    const auto plug = good("[[plug.web.target]]\naddress = \"10.0.0.1:80\"\nname = \"big\"\n"
                           "weight = 3\nmax_connections = 40\n"
                           "[[plug.web.target]]\naddress = \"10.0.0.2\"\nbackup = true\n");
    BOOST_REQUIRE(plug.targets.size() == 2U);
    BOOST_TEST(to_text(plug.targets[0].where) == "10.0.0.1:80");
    BOOST_TEST(plug.targets[0].label() == "big");
    BOOST_TEST(plug.targets[0].weight == 3U);
    BOOST_TEST((plug.targets[0].max_connections == 40U));
    BOOST_TEST(!plug.targets[1].max_connections);
    BOOST_TEST(!plug.targets[0].backup);
    BOOST_TEST(to_text(plug.targets[1].where) == "10.0.0.2:7001"); // the port of the listener
    BOOST_TEST(plug.targets[1].label() == "10.0.0.2:7001");
    BOOST_TEST(plug.targets[1].weight == 1U);
    BOOST_TEST(plug.targets[1].backup);
}

BOOST_AUTO_TEST_CASE(targets_that_need_no_more_than_an_address_may_stand_beside) {
    const auto plug = good("targets = [\"10.0.0.1\"]\n"
                           "[[plug.web.target]]\naddress = \"10.0.0.2\"\nbackup = true\n");
    BOOST_REQUIRE(plug.targets.size() == 2U);
    BOOST_TEST(!plug.targets[0].backup);
    BOOST_TEST(plug.targets[1].backup);
}

BOOST_AUTO_TEST_CASE(a_policy_is_named_as_on_the_command_line) {
    const std::string target = "targets = \"10.0.0.1\"\n";
    BOOST_TEST((good(target + "policy = \"round-robin\"\n").policy == policy::round_robin));
    BOOST_TEST((good(target + "policy = \"first\"\n").policy == policy::first));
    BOOST_TEST(
        (good(target + "policy = \"least-connections\"\n").policy == policy::least_connections));
    BOOST_TEST((good(target + "policy = \"random-two\"\n").policy == policy::random_two));
    BOOST_TEST((good(target + "policy = \"source-hash\"\n").policy == policy::source_hash));
    BOOST_TEST((good(target + "first = true\n").policy == policy::first));
    BOOST_TEST((good(target + "policy = \"first\"\nfirst = true\n").policy == policy::first));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_target_is_told_where_it_stands) {
    const std::string target = "[[plug.web.target]]\naddress = \"10.0.0.1\"\n";
    is_refused(target + "weight = 1001\n", "5:10: weight: ");
    is_refused(target + "weight = \"3\"\n", "5:10: weight: takes a whole number");
    is_refused(target + "max_connections = 0\n", "5:19: max_connections: '0'");
    is_refused(target + "max_connections = \"3\"\n", "5:19: max_connections: takes a whole number");
    is_refused(target + "backup = 1\n", "5:10: backup: takes true or false");
    is_refused(target + "name = 7\n", "5:8: name: takes a text in quotation marks");
    is_refused(target + "wieght = 3\n",
               "5:1: wieght: is no key of [[plug.NAME.target]]; did you mean weight?");
    is_refused("[[plug.web.target]]\nweight = 3\n", "3:1: target: needs its address");
    is_refused("target = \"10.0.0.1\"\n", "3:1: target: is a table for each target");
    is_refused("[[plug.web.target]]\naddress = \"10.0.0.1:99999\"\n", "4:11: 10.0.0.1:99999: ");
}

BOOST_AUTO_TEST_CASE(targets_that_would_take_no_clients_are_refused) {
    is_refused("[[plug.web.target]]\naddress = \"10.0.0.1\"\nbackup = true\n",
               "1:7: the targets: take no clients");
    is_refused("[[plug.web.target]]\naddress = \"10.0.0.1\"\nweight = 0\n",
               "1:7: the targets: take no clients");
}

BOOST_AUTO_TEST_CASE(the_source_hash_must_be_able_to_tell_targets_apart) {
    const std::string twice = "targets = [\"10.0.0.1\", \"10.0.0.1\"]\n";
    BOOST_TEST(good(twice).targets.size() == 2U);
    is_refused(twice + "policy = \"source-hash\"\n", "3:24: 10.0.0.1:7001: is there twice");
}

BOOST_AUTO_TEST_CASE(an_unknown_policy_and_two_policies_are_refused) {
    const std::string target = "targets = \"10.0.0.1\"\n";
    is_refused(target + "policy = \"rr\"\n", "4:10: policy: is no policy; write round-robin");
    is_refused(target + "policy = \"random-two\"\nfirst = true\n",
               "5:9: first: is policy first, and another policy is given");
}

BOOST_AUTO_TEST_SUITE_END()
