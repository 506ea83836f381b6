// Health checks as command lines and files describe them.
#include "service/configuration_file.hpp"

#include "tests/unit/service/line_support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;
using namespace plug::test;
using namespace std::chrono_literals;

namespace {

const std::string line = "run 7001 10.0.0.1 ";
const std::string head = "[plug.web]\nlisten = \"7001\"\n";
const std::string target = "targets = \"10.0.0.1\"\n";

configuration_file read(const std::string& text) {
    return read_configuration_text(text, "f", empty_line_3(), false);
}

plug_config good(const std::string& text) {
    auto file = read(text);
    BOOST_REQUIRE_MESSAGE(file.report.empty(), text << "\nwas refused: " << file.report);
    return file.settings.engine.plugs.at(0);
}

void is_refused(const std::string& text, const std::string& complaint) {
    const auto report = read(text).report;
    BOOST_TEST(has(report, complaint), text << "\ngave\n" << report);
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_options)

BOOST_AUTO_TEST_CASE(no_check_is_made_unless_one_is_asked_for) {
    BOOST_TEST(!plug_of(line).check);
    BOOST_TEST((plug_of(line + "--check tcp").check == check_config{}));
}

BOOST_AUTO_TEST_CASE(a_line_says_all_of_a_check) {
    const auto check = *plug_of(line + "--check http --check-interval 10s --check-timeout 1s "
                                       "--check-jitter 25% --check-rise 1 --check-fall 2 "
                                       "--check-port 8080 --check-path /health --check-method HEAD "
                                       "--check-host www.example.com --check-status 200,204")
                            .check;
    BOOST_TEST((check.kind == check_kind::http));
    BOOST_TEST((check.interval == 10s));
    BOOST_TEST((check.timeout == 1s));
    BOOST_TEST(check.jitter == 0.25);
    BOOST_TEST(check.rise == 1U);
    BOOST_TEST(check.fall == 2U);
    BOOST_TEST(check.port.value_or(0) == 8080);
    BOOST_TEST(check.http.path == "/health");
    BOOST_TEST(check.http.method == "HEAD");
    BOOST_TEST(check.http.host == "www.example.com");
    BOOST_TEST(to_text(check.http.accepted) == "200,204");
}

BOOST_AUTO_TEST_CASE(bytes_are_written_with_escapes) {
    const auto check =
        *plug_of(line + "--check send-expect --check-send stats\\r\\n --check-expect STAT").check;
    BOOST_TEST(check.send == "stats\r\n");
    BOOST_TEST(check.expect == "STAT");
}

BOOST_AUTO_TEST_CASE(a_short_interval_shortens_the_timeout_that_is_not_given) {
    const auto check = *plug_of(line + "--check tcp --check-interval 500ms").check;
    BOOST_TEST((check.timeout == 500ms));
}

BOOST_AUTO_TEST_CASE(what_a_check_cannot_be_is_refused) {
    BOOST_TEST(has(reasons(line + "--check htp"), "did you mean http?"));
    BOOST_TEST(
        has(reasons(line + "--check-path /x"), "--check-path: means nothing without --check"));
    BOOST_TEST(has(reasons(line + "--check tcp --check-path /x"),
                   "--check-path: means nothing to a check of kind tcp, only to http"));
    BOOST_TEST(has(reasons(line + "--check tcp --check-rise 0"), "--check-rise: "));
    BOOST_TEST(has(reasons(line + "--check tcp --check-jitter 60%"), "from 0% to 50%"));
    BOOST_TEST(has(reasons(line + "--check tcp --check-interval 1s --check-timeout 2s"),
                   "check: the timeout of a check is at most its interval"));
    BOOST_TEST(has(reasons(line + "--check http --check-path health"), "begins with /"));
    BOOST_TEST(has(reasons(line + "--check http --check-status 99"), "--check-status: "));
    BOOST_TEST(has(reasons(line + "--check send-expect --check-send \\q"), "--check-send: "));
}

BOOST_AUTO_TEST_CASE(a_file_has_the_kind_alone_or_keys_or_a_table) {
    BOOST_TEST((good(head + target + "check = \"tcp\"\n").check == check_config{}));
    check_config wanted;
    wanted.kind = check_kind::http;
    wanted.interval = 3s;
    wanted.rise = 4;
    wanted.http.path = "/health";
    const auto keys = good(head + target +
                           "check = \"http\"\ncheck_interval = \"3s\"\ncheck_rise = 4\n"
                           "check_path = \"/health\"\n");
    BOOST_TEST((keys.check == wanted));
    const auto table =
        good(head + target +
             "check = { kind = \"http\", interval = \"3s\", rise = 4, path = \"/health\" }\n");
    BOOST_TEST((table.check == wanted));
}

BOOST_AUTO_TEST_CASE(a_target_has_a_check_of_its_own_on_top_of_that_of_the_plug) {
    const auto plug = good(head + target +
                           "check = { kind = \"http\", interval = \"3s\" }\n"
                           "[[plug.web.target]]\naddress = \"10.0.0.2\"\n"
                           "check = { path = \"/other\" }\n"
                           "[[plug.web.target]]\naddress = \"10.0.0.3\"\ncheck = \"tcp\"\n");
    BOOST_TEST(!plug.targets.at(0).check);
    BOOST_TEST((plug.targets.at(1).check->kind == check_kind::http));
    BOOST_TEST((plug.targets.at(1).check->interval == 3s));
    BOOST_TEST(plug.targets.at(1).check->http.path == "/other");
    BOOST_TEST((plug.targets.at(2).check->kind == check_kind::tcp));
    BOOST_TEST((plug.targets.at(2).check->interval == 3s));
}

BOOST_AUTO_TEST_CASE(checks_of_a_file_that_cannot_be_are_told_where_they_stand) {
    is_refused(head + target + "check = { kind = \"htp\" }\n",
               "f:4:18: check: is no kind of check; did you mean http?");
    is_refused(head + target + "check = { kind = \"tcp\", intervall = \"1s\" }\n",
               "f:4:25: intervall: is no key of a check; did you mean interval?");
    is_refused(head + target + "check = { interval = \"1s\" }\n",
               "f:4:9: check: needs its kind, such as kind = \"tcp\"");
    is_refused(head + target + "check = { kind = \"tcp\", rise = \"2\" }\n",
               "f:4:32: rise: takes a whole number");
    is_refused(head + target + "check = { kind = \"tcp\", interval = \"5\" }\n", "f:4:36: ");
    is_refused(head + target + "check = { kind = \"tcp\", path = \"/\" }\n",
               "f:4:32: check_path: means nothing to a check of kind tcp");
    is_refused(head + target + "check_path = \"/\"\n", "f:4:14: check_path: means nothing without");
    is_refused(head + target + "check = { kind = \"tcp\", interval = \"1s\", timeout = \"2s\" }\n",
               "check: the timeout of a check is at most its interval");
    is_refused(head + "[[plug.web.target]]\naddress = \"10.0.0.2\"\ncheck = { rise = 1 }\n",
               "f:5:9: check: needs its kind");
    is_refused(head + "[[plug.web.target]]\naddress = \"10.0.0.2\"\n"
                      "check = { kind = \"http\", path = \"x\" }\n",
               "f:4:11: 10.0.0.2:7001: has a faulty check");
}

BOOST_AUTO_TEST_SUITE_END()
