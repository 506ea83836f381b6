// What plugs inherit from [defaults], and the files of conf.d that hold more of them.
#include "tests/unit/service/file/file_support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(configuration_parts)

BOOST_AUTO_TEST_CASE(a_plug_inherits_what_it_does_not_say_itself) {
    const auto made =
        good(good_plug + "[plug.own]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n"
                         "sticky = false\nallow = \"192.0.2.1\"\nretry = \"3s\"\n"
                         "[defaults]\nsticky = true\nallow = [\"10.0.0.0/8\", \"::1\"]\n"
                         "retry = \"never\"\nkeepalive = true\n");
    const auto& web = made.engine.plugs.at(0);
    BOOST_TEST(web.affinity.enabled);
    BOOST_TEST(web.allow.size() == 2U);
    BOOST_TEST(!web.retry.has_value());
    BOOST_TEST(web.keepalive);
    const auto& own = made.engine.plugs.at(1);
    BOOST_TEST(!own.affinity.enabled);
    BOOST_TEST(own.allow.size() == 1U); // a list takes the place of the inherited one
    BOOST_TEST((own.retry == 3s));
    BOOST_TEST(own.keepalive);
}

BOOST_AUTO_TEST_CASE(a_plug_answers_the_question_of_a_default_in_its_own_words) {
    const auto policy_of = [](const std::string& defaults, const std::string& keys) {
        return good("[defaults]\n" + defaults + good_plug + keys).engine.plugs.at(0).policy;
    };
    BOOST_TEST((policy_of("first = true\n", "policy = \"random-two\"") == policy::random_two));
    BOOST_TEST((policy_of("policy = \"random-two\"\n", "first = true") == policy::first));
    BOOST_TEST((policy_of("policy = \"random-two\"\n", "first = false") == policy::random_two));
    BOOST_TEST((policy_of("first = true\n", "first = false") == policy::round_robin));
    BOOST_TEST((policy_of("first = true\n", "") == policy::first));
}

BOOST_AUTO_TEST_CASE(a_default_that_a_plug_has_no_use_for_is_no_mistake) {
    const auto made = good("[defaults]\nsticky_timeout = \"8h\"\nsource = \"127.0.0.1\"\n"
                           "[plug.a]\nlisten = [\"7001/127.0.0.2\", \"7002\"]\n"
                           "targets = \"127.0.0.1:7009\"\n"
                           "[plug.b]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7009\"\n"
                           "sticky = true\nsource = \"127.0.0.3\"\n");
    const auto& a = made.engine.plugs.at(0);
    BOOST_TEST(!a.affinity.enabled);
    BOOST_TEST(a.listen.at(0).outgoing == "127.0.0.2");
    BOOST_TEST(a.listen.at(1).outgoing == "127.0.0.1");
    const auto& b = made.engine.plugs.at(1);
    BOOST_TEST((b.affinity.timeout == 8h));
    BOOST_TEST(b.listen.at(0).outgoing == "127.0.0.3");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_default_is_told_once_and_where_it_stands) {
    const std::string second = "[plug.two]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n";
    are_refused({
        {"[defaults]\nretry = 10\n",
         "f:2:9: retry: '10' has no unit; write 10s (the units are us, ms, s, min, h or d), or "
         "write 'never'\n"},
        {"[defaults]\nconnect_timeout = \"3d\"\n" + good_plug + second,
         "f:2:19: connect_timeout: is out of range: 1ms to 1d\n"},
        {"[defaults]\nlisten = \"80\"\n",
         "f:2:1: listen: belongs in [plug.NAME]; no two plugs have it in common\n"},
        {"[defaults]\nthreads = 2\n",
         "f:2:1: threads: belongs in [process], as it is about the process\n"},
        {"[defaults]\nretri = \"2s\"\n", "f:2:1: retri: is no key of [defaults]; did you mean "
                                         "retry?\n"},
        {"[[defaults]]\nretry = \"2s\"\n", "f:1:3: defaults: is a table; write [defaults]\n"},
    });
}

BOOST_AUTO_TEST_CASE(the_files_of_conf_d_hold_more_plugs_that_inherit_the_same) {
    const std::string other = "[plug.two]\nlisten = \"7003\"\ntargets = \"127.0.0.1:7002\"\n";
    const std::vector<source_text> texts{{"f", "[defaults]\nkeepalive = true\n" + good_plug},
                                         {"conf.d/two.toml", other}};
    const auto made = read_configuration_texts(texts, "f", empty_line_3(), false);
    BOOST_TEST(made.report == "");
    BOOST_TEST(made.parts == 1U);
    BOOST_REQUIRE(made.settings.engine.plugs.size() == 2U);
    BOOST_TEST(made.settings.engine.plugs[1].name == "two");
    BOOST_TEST(made.settings.engine.plugs[1].keepalive);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_file_of_conf_d_is_told_with_its_name) {
    const auto report_on = [](const std::string& main, const std::string& part) {
        const std::vector<source_text> texts{{"f", main}, {"a.toml", part}, {"b.toml", "x = ["}};
        return read_configuration_texts(texts, "f", empty_line_3(), false).report;
    };
    const auto twice = report_on(good_plug, "\n" + good_plug);
    BOOST_TEST(twice.starts_with("a.toml:2:7: plug web: is there already, in f:1:7; give one of "
                                 "the two another name\n  2 | [plug.web]\n    |       ^\n"
                                 "b.toml:1:"),
               twice);
    const auto strange =
        report_on("spin = 1\n", "plug = 1\n[process]\n[defaults]\nretry = \"2s\"\n");
    for (const auto* told :
         {"f:1:1: spin: belongs in [process]",
          "a.toml:2:2: process: belongs in f, as a file of conf.d holds plugs\n",
          "a.toml:3:2: defaults: belongs in f, as a file of conf.d holds plugs\n",
          "a.toml:1:1: plug: is a table; write [plug.NAME]\n", "b.toml:1:"}) {
        BOOST_TEST(strange.find(told) != std::string::npos, told << " in " << strange);
    }
    const auto taken = report_on(good_plug, "[plug.two]\ntargets = \"127.0.0.1:7002\"\n"
                                            "listen = \"7001\"\n");
    BOOST_TEST(taken.starts_with("a.toml:3:10: listen 7001: is taken already, by 7001 of plug web"),
               taken);
    // Without the first file, nothing is known of what the others inherit.
    const auto broken = report_on("plug = [", "[plug.a]\nlisten = \"80\"\ntargets = \"name\"\n");
    BOOST_TEST(broken.starts_with("f:1:"), broken);
    BOOST_TEST(broken.find("a.toml") == std::string::npos, broken);
}

BOOST_AUTO_TEST_SUITE_END()
