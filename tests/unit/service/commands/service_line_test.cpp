// The command line of `plug service`, and the words that the service manager keeps of it.
#include "service/commands/windows_service.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/unit/service/options/line_support.hpp"

#include <fstream>

namespace {

using namespace plug;
using namespace plug::test;
using action = service_command::action;
using words = std::vector<std::string>;

service_command service(const std::string& line) {
    auto made = read_service(words_of(line));
    if (const auto* error = std::get_if<usage_error>(&made)) {
        BOOST_FAIL("'" << line << "' was refused: " << told(error->problems));
    }
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<service_command>(made), line);
    return std::get<service_command>(made);
}

/// A file of that text, in a folder of its own.
struct file {
    explicit file(const std::string& text) { std::ofstream(path) << text; }
    temporary_directory folder;
    std::filesystem::path path = folder / "plug.toml";
};

} // namespace

BOOST_AUTO_TEST_SUITE(service_line)

BOOST_AUTO_TEST_CASE(every_action_has_its_word_and_a_name_unless_given) {
    BOOST_TEST((service("status").what == action::status));
    BOOST_TEST((service("start").what == action::start));
    BOOST_TEST((service("stop").what == action::stop));
    BOOST_TEST((service("restart").what == action::restart));
    BOOST_TEST((service("uninstall").what == action::uninstall));
    BOOST_TEST((service("configure").what == action::configure));
    BOOST_TEST(service("status").name == "plugdaemon");
    BOOST_TEST(service("stop --name web-2").name == "web-2");
}

BOOST_AUTO_TEST_CASE(a_file_is_named_by_its_whole_path) {
    const file config("");
    const auto made = service("install --name web --config " + config.path.string());
    const words expected{"service", "run", "--name", "web", "--config", config.path.string()};
    BOOST_TEST(service_words(made) == expected, boost::test_tools::per_element());
    const words line{"run", "--config", config.path.string()};
    BOOST_TEST(made.line == line, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plug_is_kept_word_for_word_with_the_folder_that_it_counts_from) {
    const auto here = std::filesystem::current_path().string();
    const auto made = service("install -- -l 8080 10.0.0.1");
    const words expected{"service", "run", "--name", "plugdaemon", "--folder",
                         here,      "--",  "-l",     "8080",       "10.0.0.1"};
    BOOST_TEST(service_words(made) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_the_service_manager_keeps_is_read_back_as_it_was) {
    const auto kept = service_words(service("install --name web -- 8080 10.0.0.1 --sticky"));
    const auto made = read_service(std::span(kept).subspan(1));
    const auto& run = std::get<service_command>(made);
    BOOST_TEST((run.what == action::run));
    BOOST_TEST(run.name == "web");
    BOOST_TEST(*run.folder == std::filesystem::current_path());
    const words line{"8080", "10.0.0.1", "--sticky"};
    BOOST_TEST(run.line == line, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(start_and_account_are_taken) {
    using platform::service_start;
    const auto made = service("configure --start delayed --account DOMAIN\\plug$");
    BOOST_TEST((made.start == service_start::delayed));
    BOOST_TEST(*made.account == "DOMAIN\\plug$");
    BOOST_TEST((service("configure --start auto").start == service_start::automatic));
    BOOST_TEST((service("configure --start manual").start == service_start::manual));
    BOOST_TEST(!service("configure").start);
    BOOST_TEST(has(reasons("service configure --start often"), "auto, delayed or manual"));
}

BOOST_AUTO_TEST_CASE(a_wrong_plug_is_refused_with_its_reasons) {
    const auto text = reasons("service install -- 99999 10.0.0.1 --stiky");
    BOOST_TEST(has(text, "99999"));
    BOOST_TEST(has(text, "--sticky"));
    BOOST_TEST(refusal("service install -- -n 99999 10.0.0.1").exit_code == 64);
    BOOST_TEST(has(reasons("service install -- demo"), "is no plug"));
    BOOST_TEST(has(reasons("service install -- 8080 10.0.0.1 --detach"), "--detach"));
}

BOOST_AUTO_TEST_CASE(a_wrong_file_is_refused_with_its_report) {
    const file config("[plug.web]\nlisten = 1\n");
    for (const std::string word : {"install", "configure"}) {
        const auto made = parse("service " + word + " --config " + config.path.string());
        const auto* error = std::get_if<file_error>(&made);
        BOOST_REQUIRE(error != nullptr);
        BOOST_TEST(error->exit_code == 78);
        BOOST_TEST(has(error->report, "plug.toml:2:10"));
    }
}

BOOST_AUTO_TEST_CASE(the_service_itself_looks_at_no_file_before_it_has_reported) {
    const auto made = service("run --config /no/such/plug.toml");
    BOOST_TEST(made.config->filename() == "plug.toml");
}

BOOST_AUTO_TEST_CASE(what_a_word_does_not_take_is_refused) {
    BOOST_TEST(has(reasons("service"), "install"));
    BOOST_TEST(has(reasons("service instal"), "did you mean install?"));
    BOOST_TEST(has(reasons("service install"), "--config"));
    BOOST_TEST(has(reasons("service install --config a -- 8080 10.0.0.1"), "exclude each other"));
    BOOST_TEST(has(reasons("service start -- 8080 10.0.0.1"), "--"));
    BOOST_TEST(has(reasons("service start --config a"), "plug service start"));
    BOOST_TEST(has(reasons("service stop --start auto"), "plug service stop"));
    BOOST_TEST(has(reasons("service install --folder . -- 8080 10.0.0.1"), "--folder"));
    BOOST_TEST(has(reasons("service status now"), "now"));
}

BOOST_AUTO_TEST_CASE(a_name_that_would_be_a_path_or_a_quotation_is_refused) {
    for (const auto& name : words{"a\\b", "a/b", "a\"b", std::string(81, 'a')}) {
        BOOST_TEST(has(reasons("service status --name " + name), "is no name"), name);
    }
    BOOST_TEST(service("status --name " + std::string(80, 'a')).name.size() == 80U);
}

BOOST_AUTO_TEST_CASE(each_way_to_fail_has_its_exit_code) {
    using kind = platform::service_reply::kind;
    BOOST_TEST(exit_code_of(kind::done) == 0);
    BOOST_TEST(exit_code_of(kind::no_permission) == 77);
    BOOST_TEST(exit_code_of(kind::unsupported) == 64);
    BOOST_TEST(exit_code_of(kind::failed) == 71);
}

BOOST_AUTO_TEST_SUITE_END()
