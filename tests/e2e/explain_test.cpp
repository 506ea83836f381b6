// `plug explain`: what a plug that runs would do with a client, and why.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>

using namespace plug::test;

namespace {

/// A plug with a control channel, and those who ask it.
class asked_plug {
public:
    explicit asked_plug(const words& targets, const words& options = {})
        : plug(start_plug(targets, together({"--control", place()}, options))) {}

    /// What it says of `client` to people.
    [[nodiscard]] std::string explain(const std::string& client) const {
        program asking({"explain", name(), client, "--control", place()});
        BOOST_TEST(asking.exit_code() == 0);
        return asking.output();
    }

    [[nodiscard]] std::string name() const { return std::to_string(plug.port()); }
    [[nodiscard]] std::string place() const {
        const auto path = directory_ / "control";
        return runs_in_wine() ? R"(\\.\pipe\plugdaemon-)" + path.parent_path().filename().string()
                              : path.string();
    }

private:
    temporary_directory directory_;

public:
    running_plug plug;
};

bool says(const std::string& text, const std::string& expression) {
    BOOST_TEST_INFO(text);
    return std::regex_search(text, std::regex(expression));
}

} // namespace

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(the_target_that_is_told_is_the_one_that_the_client_gets) {
    named_server a("a");
    named_server b("b");
    asked_plug asked({a.address(), b.address()});
    for (int turn = 0; turn < 4; ++turn) {
        const auto told = asked.explain("127.0.0.1");
        const auto& expected = says(told, "> " + literally(a.address()) + " ") ? a : b;
        BOOST_TEST(says(told, "pick +" + literally(expected.address()) + ": .*\\(rotation\\)"));
        BOOST_TEST(says(asked.explain("127.0.0.1"), "> " + literally(expected.address())));
        BOOST_TEST(ask_name(asked.plug.port()) == expected.name());
    }
    BOOST_TEST(asked.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_and_a_target_that_is_down_are_told) {
    named_server a("a");
    named_server b("b");
    asked_plug asked({a.address(), b.address()}, {"--sticky", "--first", "--retry", "1h"});
    BOOST_TEST(ask_name(asked.plug.port()) == "a");
    BOOST_TEST(says(asked.explain("127.0.0.1"), "\\(sticky\\)"));
    BOOST_TEST(says(asked.explain("192.0.2.1"), "affinity +the client is not remembered"));
    a.refuse();
    BOOST_TEST(ask_name(asked.plug.port()) == "b");
    const auto told = asked.explain("192.0.2.1");
    BOOST_TEST(says(told, literally(a.address()) + " +down +.*connect failed .* ago, retry in"));
    BOOST_TEST(says(told, "pick +" + literally(b.address()) + ".*\\(first\\)"));
    BOOST_TEST(asked.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_plugs_and_the_targets_of_one_are_listed) {
    named_server a("a");
    named_server b("b");
    asked_plug asked({a.address(), b.address()});
    const auto list = [](const std::string& place, const words& plug) {
        return together({"explain", "--list", "--control", place}, plug);
    };
    program plugs(list(asked.place(), {}));
    BOOST_TEST(plugs.exit_code() == 0);
    BOOST_TEST(says(plugs.output(), "^" + asked.name() + "\\s*$"));
    program targets(list(asked.place(), {asked.name()}));
    BOOST_TEST(targets.exit_code() == 0);
    BOOST_TEST(says(targets.output(),
                    "^" + literally(a.address()) + "\\s+" + literally(b.address()) + "\\s*$"));
    program unknown(list(asked.place(), {"nobody"}));
    BOOST_TEST(unknown.exit_code() == 64);
    BOOST_TEST(asked.plug.stop() == 0);
    program silence(list(asked.place(), {}));
    BOOST_TEST(silence.exit_code() == 69);
    BOOST_TEST(silence.output() == "");
}

BOOST_AUTO_TEST_CASE(a_client_that_no_rule_lets_in_is_told_so) {
    named_server a("a");
    asked_plug asked({a.address()}, {"--allow", "10.0.0.0/8"});
    BOOST_TEST(says(asked.explain("10.1.2.3"), "let in by the rule 10.0.0.0/8"));
    BOOST_TEST(says(asked.explain("192.0.2.1"), "refused"));
    BOOST_TEST(asked.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_last_probe_of_a_check_is_told_with_its_reason) {
    named_server a("a");
    named_server b("b");
    asked_plug asked({a.address(), b.address()}, {"--check", "tcp", "--check-interval", "100ms"});
    const auto is_told = [&](const std::string& what) {
        return eventually([&] { return says(asked.explain("127.0.0.1"), what); });
    };
    BOOST_TEST(is_told(literally(a.address()) + " +up +.*tcp check up, last probe"));
    a.refuse();
    BOOST_TEST(is_told(literally(a.address()) +
                       " +down by its check +.*tcp check down, last probe .*[Rr]efused"));
    BOOST_TEST(asked.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(programs_get_the_same_as_json) {
    named_server a("a");
    asked_plug asked({a.address()});
    program asking({"explain", asked.name(), "::1", "--json", "--control", asked.place()});
    BOOST_TEST(asking.exit_code() == 0);
    BOOST_TEST(says(asking.output(), "^\\{\"plug\":\"" + asked.name() + "\",\"client\":\"::1\""));
    BOOST_TEST(says(asking.output(), "\"reason\":\"rotation\""));
    BOOST_TEST(asked.plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_one_line_and_an_exit_code) {
    named_server a("a");
    asked_plug asked({a.address()});
    program unknown({"explain", asked.name() + "0", "127.0.0.1", "--control", asked.place()});
    BOOST_TEST(unknown.exit_code() == 64);
    BOOST_TEST(unknown.output().empty());
    BOOST_TEST(says(unknown.errors(), "^plug: no plug is called '" + asked.name() +
                                          "0'; did you mean " + asked.name() + "\\?\n$"));
    program no_address({"explain", asked.name(), "somebody", "--control", asked.place()});
    BOOST_TEST(no_address.exit_code() == 64);
    BOOST_TEST(says(no_address.errors(), "^plug: somebody: "));
    const auto place = asked.place();
    BOOST_TEST(asked.plug.stop() == 0);
    program nobody({"explain", asked.name(), "127.0.0.1", "--control", place});
    BOOST_TEST(nobody.exit_code() == 69);
}

BOOST_AUTO_TEST_SUITE_END()
