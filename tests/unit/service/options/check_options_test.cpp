// Health checks as command lines and files describe them.
#include "service/file/loader.hpp"

#include "tests/unit/service/options/line_support.hpp"

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

BOOST_AUTO_TEST_CASE(the_usual_timeout_is_never_above_the_interval_wherever_that_stands) {
    const std::string check = "check = { kind = \"tcp\", interval = \"1s\" }\n";
    for (const auto& text :
         {head + target + check, "[defaults]\n" + check + head + target,
          "[defaults]\ncheck_interval = \"1s\"\n" + head + target + "check = \"tcp\"\n",
          "[defaults]\ncheck = \"tcp\"\n" + head + target + "check_interval = \"1s\"\n",
          "[defaults]\n" + check + head + target + "check = \"ssh\"\n"}) {
        const auto plug = good(text);
        BOOST_TEST((plug.check->interval == 1s), text);
        BOOST_TEST((plug.check->timeout == 1s), text);
    }
    const auto of_target =
        good(head + "check = \"tcp\"\n[[plug.web.target]]\naddress = \"10.0.0.2\"\n" + check);
    BOOST_TEST((of_target.targets.at(0).check->timeout == 1s));
    // What a target inherits is the interval, and not what became of the timeout by it.
    const auto longer = good("[defaults]\n" + check + head +
                             "[[plug.web.target]]\naddress = \"10.0.0.2\"\n"
                             "check = { interval = \"20s\" }\n");
    BOOST_TEST((longer.targets.at(0).check->timeout == check_config{}.timeout));
    is_refused("[defaults]\ncheck_timeout = \"2s\"\n" + head + target + check, "timeout");
    is_refused("[defaults]\ncheck = { kind = \"tcp\", timeout = \"2s\", interval = \"1s\" }\n" +
                   head + target,
               "timeout");
}

BOOST_AUTO_TEST_CASE(a_check_of_a_plug_is_that_of_the_defaults_with_changes) {
    const std::string defaults = "[defaults]\ncheck = { kind = \"http\", port = 18008, path = "
                                 "\"/primary\", interval = \"5s\", timeout = \"4s\", rise = 7, "
                                 "fall = 8, jitter = \"0%\" }\n";
    const auto check = *good(defaults + head + target + "check = { path = \"/replica\" }\n").check;
    BOOST_TEST((check.kind == check_kind::http));
    BOOST_TEST(check.http.path == "/replica");
    BOOST_TEST(check.port.value_or(0) == 18008);
    BOOST_TEST((check.interval == 5s));
    BOOST_TEST(check.jitter == 0);
    const auto same = *good(defaults + head + target + "check = \"http\"\n").check;
    BOOST_TEST(same.http.path == "/primary");
    for (const std::string tcp :
         {"\"tcp\"", "{ kind = \"tcp\" }", "{ rise = 7, kind = \"tcp\" }"}) {
        check_config wanted;
        wanted.interval = 5s;
        wanted.timeout = 4s;
        wanted.rise = 7;
        wanted.fall = 8;
        BOOST_TEST((good(defaults + head + target + "check = " + tcp + "\n").check == wanted), tcp);
    }
    const auto other = *good(defaults + head + target +
                             "check = { send = \"y\", kind = \"send-expect\" }\n"
                             "check_rise = 1\n"
                             "[plug.b]\nlisten = \"1\"\n" +
                             target)
                            .check;
    BOOST_TEST(other.send == "y");
    BOOST_TEST(other.rise == 1U);
}

BOOST_AUTO_TEST_CASE(a_plug_or_a_target_may_have_no_check_at_all) {
    const std::string defaults = "[defaults]\ncheck = { kind = \"http\", path = \"/x\" }\n";
    BOOST_TEST(!good(defaults + head + target + "check = false\n").check);
    BOOST_TEST(!good("[defaults]\ncheck = false\n" + head + target).check);
    const auto plug = good(defaults + head +
                           "[[plug.web.target]]\naddress = \"10.0.0.2\"\n"
                           "check = false\n"
                           "[[plug.web.target]]\naddress = \"10.0.0.3\"\n");
    // As the others have it themselves, nobody has that of the plug.
    BOOST_TEST(!plug.check);
    BOOST_TEST(!plug.targets.at(0).check);
    BOOST_TEST(plug.targets.at(1).check->http.path == "/x");
    is_refused(head + target + "check = true\n", "f:4:9: check: takes a kind in quotation marks");
    is_refused(head + target + "check = false\ncheck_rise = 2\n", "check_rise");
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
