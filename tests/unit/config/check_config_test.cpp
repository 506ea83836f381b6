// Which definitions of a check are refused, and which are the same.
#include "core/config/check_config.hpp"
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <string>

using namespace plug;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

/// The fault of a check of that kind after `change`.
std::string fault(check_kind kind, const std::function<void(check_config&)>& change) {
    check_config check;
    check.kind = kind;
    change(check);
    return fault_of(check);
}

void leave(check_config&) {}

bool begins(const std::string& text, const std::string& beginning) {
    return text.starts_with(beginning);
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_config)

BOOST_AUTO_TEST_CASE(the_defaults_are_good_for_every_kind_that_needs_nothing_more) {
    for (const auto& row : check_kind_rows) {
        const bool needs_more =
            row.takes.has(check_detail::expect) || row.takes.has(check_detail::command);
        BOOST_TEST(fault(row.value, leave).empty() == !needs_more, row.name);
    }
}

BOOST_AUTO_TEST_CASE(a_check_that_would_ask_nothing_is_refused) {
    BOOST_TEST(begins(fault(check_kind::send_expect, leave), "a check that sends nothing"));
    BOOST_TEST(begins(fault(check_kind::command, leave), "a check by command needs"));
    BOOST_TEST(fault(check_kind::send_expect, [](auto& c) { c.expect = "+"; }) == "");
    BOOST_TEST(fault(check_kind::command, [](auto& c) { c.command = {"/bin/true"}; }) == "");
}

BOOST_AUTO_TEST_CASE(a_program_is_named_by_its_whole_path_and_not_too_long) {
    const auto command = [](std::vector<std::string> words) {
        return fault(check_kind::command, [&](auto& c) { c.command = words; });
    };
    const std::string path = "the program of a check is written with its whole path";
    BOOST_TEST(begins(command({"true"}), path));
    BOOST_TEST(begins(command({"./true"}), path));
    BOOST_TEST(begins(command({"C:true.exe"}), path));
    BOOST_TEST(command({R"(C:\Checks\true.exe)", ""}) == "");
    BOOST_TEST(command({R"(\\server\checks\true.exe)"}) == "");
    BOOST_TEST(begins(command({"/bin/true", std::string("a\0b", 3)}), "neither the program"));
    BOOST_TEST(begins(command({"/bin/true", std::string(5000, 'a')}), "a command has at most"));
}

BOOST_AUTO_TEST_CASE(nothing_breaks_out_of_an_http_request) {
    const auto http = check_kind::http;
    const std::string method = "the method of an HTTP check";
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.method = ""; }), method));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.method = "GET /"; }), method));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.method = "GET\r"; }), method));
    const std::string path = "the path of an HTTP check";
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.path = ""; }), path));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.path = "health"; }), path));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.path = "/a b"; }), path));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.path = "/\r\nX: y"; }), path));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.path = "/\xc3\xa4"; }), path));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.host = "a\r\nX: y"; }),
                      "the host of an HTTP check"));
    BOOST_TEST(begins(fault(http, [](auto& c) { c.http.accepted.clear(); }),
                      "an HTTP check accepts at least one status"));
}

BOOST_AUTO_TEST_CASE(a_user_fits_into_its_field) {
    for (const auto kind : {check_kind::mysql, check_kind::postgresql}) {
        BOOST_TEST(fault(kind, [](auto& c) { c.user = "probe"; }) == "");
        BOOST_TEST(fault(kind, [](auto& c) { c.user = std::string(80, 'u'); }) == "");
        BOOST_TEST(fault(kind, [](auto& c) { c.user = std::string(81, 'u'); }) != "");
        BOOST_TEST(fault(kind, [](auto& c) { c.user = "a\0b"s; }) != "");
    }
}

BOOST_AUTO_TEST_CASE(times_and_counts_have_ranges) {
    const auto tcp = check_kind::tcp;
    const std::string interval = "the interval of a check";
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.interval = 99ms; }), interval));
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.interval = 24h + 1ms; }), interval));
    const std::string timeout = "the timeout of a check";
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.timeout = 0ms; }), timeout));
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.timeout = c.interval + 1ms; }), timeout));
    BOOST_TEST(fault(tcp, [](auto& c) { c.timeout = c.interval; }) == "");
    const std::string jitter = "the jitter of a check";
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.jitter = -0.1; }), jitter));
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.jitter = 0.51; }), jitter));
    BOOST_TEST(begins(fault(tcp, [](auto& c) { c.jitter = 0.0 / (c.jitter - 0.1); }), jitter));
    for (const unsigned count : {0U, 101U}) {
        BOOST_TEST(begins(fault(tcp, [&](auto& c) { c.rise = count; }), "rise and fall"));
        BOOST_TEST(begins(fault(tcp, [&](auto& c) { c.fall = count; }), "rise and fall"));
    }
}

BOOST_AUTO_TEST_CASE(a_detail_is_judged_only_where_the_kind_takes_it) {
    for (const auto& row : check_kind_rows) {
        const auto refuses = [&](const auto& change) { return !fault(row.value, change).empty(); };
        if (row.takes.has(check_detail::expect) || row.takes.has(check_detail::command)) {
            continue; // refused in any case, as something is missing
        }
        BOOST_TEST(refuses([](auto& c) { c.http.path = "?"; }) == row.takes.has(check_detail::path),
                   row.name);
        BOOST_TEST(refuses([](auto& c) { c.user = "a b"; }) == row.takes.has(check_detail::user),
                   row.name);
    }
}

BOOST_AUTO_TEST_CASE(a_kind_has_a_name_both_ways_and_a_detail_has_its_kinds) {
    for (const auto& row : check_kind_rows) {
        BOOST_TEST(name_of(row.value) == row.name);
        BOOST_TEST((value_in(check_kinds(), row.name) == row.value));
    }
    BOOST_TEST(kinds_that_take(check_detail::user) == "mysql or postgresql");
    BOOST_TEST(kinds_that_take(check_detail::path) == "http");
    BOOST_TEST(takes(check_kind::command, check_detail::command));
    BOOST_TEST(!takes(check_kind::tcp, check_detail::path));
}

BOOST_AUTO_TEST_CASE(the_readme_names_every_kind) {
    const auto readme = layout::text_of(std::filesystem::path(PLUG_SOURCE_DIR) / "README.md");
    const auto kinds = readme.substr(readme.find("\nKinds: "), 500);
    for (const auto& row : check_kind_rows) {
        BOOST_TEST((kinds.find("`" + std::string(row.name) + "`") != std::string::npos),
                   "not in README.md: " << row.name);
    }
}

BOOST_AUTO_TEST_CASE(definitions_that_ask_something_else_differ) {
    const plug::check_config same;
    BOOST_TEST((same == plug::check_config()));
    plug::check_config other;
    other.http.path = "/health";
    BOOST_TEST((other != same));
    other = {};
    other.port = 8080;
    BOOST_TEST((other != same));
    other = {};
    other.expect = "+PONG";
    BOOST_TEST((other != same));
}

BOOST_AUTO_TEST_SUITE_END()
