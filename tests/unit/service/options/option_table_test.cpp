// What the rows of the table of options have in common.
#include "service/options/table.hpp"

#include "tests/unit/service/options/line_support.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(option_table)

BOOST_AUTO_TEST_CASE(every_number_has_its_range) {
    using change = std::function<void(configuration&)>;
    const std::vector<std::pair<std::string, change>> bad{
        {"threads", [](auto& config) { config.threads = 0; }},
        {"threads", [](auto& config) { config.threads = 257; }},
        {"grace", [](auto& config) { config.grace = -1ms; }},
        {"grace", [](auto& config) { config.grace = 24h * 4000; }},
        {"spin", [](auto& config) { config.spin = 1s; }},
        {"spin", [](auto& config) { config.spin = -1us; }},
        {"retry", [](auto& config) { config.plugs[0].retry = 0ms; }},
        {"connect-timeout", [](auto& config) { config.plugs[0].connect_timeout = 0ms; }},
        {"connect-timeout", [](auto& config) { config.plugs[0].connect_timeout = 25h; }},
        {"slow-start", [](auto& config) { config.plugs[0].slow_start = 25h; }},
        {"slow-start", [](auto& config) { config.plugs[0].slow_start = -1ms; }},
        {"sticky-timeout", [](auto& config) { config.plugs[0].affinity.timeout = 0s; }},
        {"idle-timeout", [](auto& config) { config.plugs[0].limits.idle = 0ms; }},
        {"half-closed-timeout", [](auto& config) { config.plugs[0].limits.half_closed = 0ms; }},
        {"max-session-age", [](auto& config) { config.plugs[0].limits.age = 24h * 4000; }},
        {"max-session-age-jitter", [](auto& config) { config.plugs[0].limits.age_jitter = 1.1; }},
        {"max-connections", [](auto& config) { config.plugs[0].max_connections = 0; }},
        {"queue-capacity", [](auto& config) { config.plugs[0].queue.capacity = 1'000'001; }},
        {"queue-timeout", [](auto& config) { config.plugs[0].queue.timeout = 0ms; }},
        {"sticky-capacity", [](auto& config) { config.plugs[0].affinity.capacity = 0; }}};
    for (const auto& [where, spoil] : bad) {
        settings judged;
        judged.engine.plugs.emplace_back().name = "web";
        spoil(judged.engine);
        const auto problems = problems_of_ranges(judged);
        BOOST_REQUIRE_MESSAGE(problems.size() == 1U, where << ": " << told(problems));
        BOOST_TEST(problems[0].where == where);
        BOOST_TEST(problems[0].what.find("is out of range: ") == 0U);
        const bool is_of_plug = find_long_option(where)->group.scope == option_scope::plug;
        BOOST_TEST(problems[0].plug == (is_of_plug ? "web" : ""));
    }
}

BOOST_AUTO_TEST_CASE(every_default_is_a_value_of_its_option) {
    for (const auto& option : long_options()) {
        const auto usual = default_of(option);
        if (usual.empty()) {
            continue;
        }
        auto line = empty_line_3();
        read_into(line, option, usual);
        BOOST_TEST(line.problems.empty(), option.form.name << " " << usual);
        BOOST_TEST(option.value.equal(owner_in(line, option), owner_in(usual_line_3(), option)),
                   option.form.name << " " << usual);
    }
}

BOOST_AUTO_TEST_CASE(every_word_of_an_option_is_read_and_printed_and_no_other) {
    std::set<std::string_view> with_words;
    for (const auto& option : long_options()) {
        for (const auto word : words_of(option)) {
            with_words.insert(option.form.name);
            auto line = empty_line_3();
            read_into(line, option, std::string(word));
            BOOST_TEST(line.problems.empty(), option.form.name << " " << word);
        }
        if (!words_of(option).empty()) {
            auto line = empty_line_3();
            read_into(line, option, "quux");
            BOOST_REQUIRE(line.problems.size() == 1U);
            BOOST_TEST(has(line.problems[0].what, std::string(words_of(option).back())));
        }
    }
    const std::set<std::string_view> expected{"policy", "on-down", "on-removed",
                                              "check",  "log-to",  "session-format"};
    BOOST_TEST(with_words == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_option_that_is_needed_is_there) {
    for (const auto& option : long_options()) {
        if (const auto needs = option.traits.needs; !needs.empty()) {
            BOOST_REQUIRE_MESSAGE(find_long_option(needs) != nullptr, option.form.name);
            BOOST_TEST((find_long_option(needs)->group.scope == option.group.scope),
                       option.form.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(help_tells_the_kind_of_check_and_the_default) {
    const auto told = [](const char* name) { return help_of(*find_long_option(name)); };
    BOOST_TEST(told("queue-timeout") ==
               "how long a client waits for a target with room before it is closed (5s)");
    BOOST_TEST(told("check-path") == "http: what is asked for (/)");
    BOOST_TEST(told("check-user") == "mysql, postgresql: log in as this user (nobody logs in)");
    BOOST_TEST(told("threads") == "worker threads (one for each processor)");
    BOOST_TEST(told("keepalive") == "TCP keep-alive on both connections of a session");
}

BOOST_AUTO_TEST_SUITE_END()
