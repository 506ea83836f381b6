// Converted plugs are added to a file that is there.
#include "service/commands/convert.hpp"
#include "service/file/loader.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/unit/service/options/line_support.hpp"

#include <fstream>

using namespace plug;
using namespace plug::test;

namespace {

conversion_result convert(const std::string& line) { return read_convert(words_of(line)); }

constexpr const char* own_plug = "[plug.25]\nlisten = \"127.0.0.5:25\"\ntargets = \"10.0.0.1\"\n";
constexpr const char* unlimited = "[process]\ngrace = \"unlimited\"\n";

/// A plug.toml, and lines that are added to it. Nothing is written.
struct addition {
    temporary_directory directory;
    std::filesystem::path path = directory / "plug.toml";

    explicit addition(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

    [[nodiscard]] conversion_result add(const std::string& line) const {
        return convert("--append " + path.string() + " -- " + line);
    }

    /// What the file would become.
    [[nodiscard]] std::string added(const std::string& line) const {
        const auto made = add(line);
        if (const auto* error = std::get_if<file_error>(&made)) {
            BOOST_FAIL(error->report);
        }
        const auto text = std::get<write_request>(made).text;
        const auto report = read_configuration_text(text, "f", empty_line_3(), false).report;
        BOOST_TEST(report == "", text);
        return text;
    }

    [[nodiscard]] file_error refused(const std::string& line) const {
        const auto made = add(line);
        BOOST_REQUIRE(std::holds_alternative<file_error>(made));
        return std::get<file_error>(made);
    }
};

std::string new_plug(const std::string& name) {
    return "\n[plug." + name +
           "]\nlisten = [\"25\"]\ntargets = [\"10.0.0.9:25\"]\nretry = "
           "\"never\"\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(convert_append)

BOOST_AUTO_TEST_CASE(a_session_log_that_both_have_is_no_conflict_whatever_its_format) {
    const auto log = (std::filesystem::temp_directory_path() / "log").generic_string();
    const std::string text = "[process]\ngrace = \"unlimited\"\nsession_log = \"" + log +
                             "\"\nsession_format = \"json\"\n" +
                             "[plug.25]\nlisten = \"127.0.0.5:26\"\ntargets = \"10.0.0.1\"\n";
    BOOST_TEST(addition(text).added("-n -S " + log + " 25 10.0.0.9") == text + new_plug("25-2"));
    BOOST_TEST(!has(addition("").added("-n -S " + log + " 25 10.0.0.9"), "session_format"));
}

BOOST_AUTO_TEST_CASE(a_plug_is_added_under_a_name_of_its_own) {
    const std::string text = std::string(unlimited) + "[plug.25]\nlisten = \"127.0.0.5:26\"\n"
                                                      "targets = \"10.0.0.1:25\"";
    const addition file(text);
    BOOST_TEST(file.added("plug -k 25 10.0.0.9") ==
               text + "\n" + new_plug("25-2") + "keepalive = true\n");
    const auto made = file.add("/usr/local/sbin/plug -k 25 10.0.0.9");
    BOOST_TEST(std::get<write_request>(made).report ==
               file.path.string() + ": added [plug.25-2]\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_or_says_nothing_gets_the_options_of_the_process) {
    const addition file("# nothing yet\n");
    const auto expected = "\n" + std::string(unlimited) + new_plug("25");
    BOOST_TEST(file.added("25 10.0.0.9") == "# nothing yet\n" + expected);
    std::filesystem::remove(file.path);
    BOOST_TEST(file.added("25 10.0.0.9") == expected.substr(1));
    const addition begun("[process] # of all\nthreads = 2\n");
    BOOST_TEST(begun.added("-l 25 10.0.0.9") ==
               "[process] # of all\ngrace = \"unlimited\"\nlog_connections = true\nthreads = 2\n" +
                   new_plug("25"));
}

BOOST_AUTO_TEST_CASE(what_the_process_is_told_otherwise_is_a_conflict) {
    const addition file(std::string(own_plug) + "[process]\n  grace = \"30s\"\n");
    const auto error = file.refused("26 10.0.0.9");
    BOOST_TEST(error.exit_code == 65);
    BOOST_TEST(has(error.report,
                   "plug.toml:5:3: grace is \"30s\" in [process], and the plugs to be "
                   "added have \"unlimited\"; "),
               error.report);
    const addition other(unlimited + std::string(own_plug));
    BOOST_TEST(has(other.refused("-l 26 10.0.0.9").report,
                   "log_connections is false in [process], and the plugs to be added have true"));
    BOOST_TEST(has(other.refused("-P /p 26 10.0.0.9").report,
                   "pid_file is not set in [process], and the plugs to be added have "));
}

BOOST_AUTO_TEST_CASE(nothing_is_added_that_does_not_pass_the_check) {
    const addition file(unlimited + std::string(own_plug));
    const auto taken = file.refused("-i 127.0.0.5 25 10.0.0.9");
    BOOST_TEST(taken.exit_code == 78);
    BOOST_TEST(has(taken.report, "listen"), taken.report);
    const addition broken("[plug\n");
    BOOST_TEST(has(broken.refused("25 10.0.0.9").report, "plug.toml:1:6: syntax"));
}

BOOST_AUTO_TEST_CASE(nothing_is_added_that_the_defaults_of_the_file_would_change) {
    const std::string defaults = "[defaults]\nvia = \"10.0.0.3:3128\"\n";
    const addition file(unlimited + defaults + own_plug);
    const auto error = file.refused("27 10.0.0.9");
    BOOST_TEST(error.exit_code == 65);
    BOOST_TEST(error.report.find("[defaults] would change what [plug.") != std::string::npos,
               error.report);
}

BOOST_AUTO_TEST_CASE(a_file_of_conf_d_gets_no_options_of_the_process) {
    const addition file(std::string(unlimited) + own_plug);
    std::filesystem::create_directory(file.directory / "conf.d");
    const auto part = file.directory / "conf.d" / "more.toml";
    const auto made = convert("--append " + part.string() + " -- 26 10.0.0.9");
    BOOST_REQUIRE(std::holds_alternative<file_error>(made));
    BOOST_TEST(std::get<file_error>(made).exit_code == 65);
}

BOOST_AUTO_TEST_CASE(other_forms_are_added_alike) {
    const addition file("[plug.80]\nlisten = \"80\"\ntargets = \"10.0.0.1\"\n");
    std::ofstream(file.directory / "rinetd.conf", std::ios::binary)
        << "0.0.0.0 81 10.0.0.9 80 [timeout=3]\n";
    const auto made = convert("--from rinetd --append " + file.path.string() + " " +
                              (file.directory / "rinetd.conf").string());
    BOOST_REQUIRE(std::holds_alternative<write_request>(made));
    const auto& write = std::get<write_request>(made);
    BOOST_TEST(has(write.text, "\n[plug.81]\nlisten = [\"0.0.0.0:81\"]\n"), write.text);
    BOOST_TEST(has(write.notes, "rinetd.conf:1:25: 'timeout' is left out"), write.notes);
    // What the form does not speak of is left to the file.
    const addition decided("[process]\ngrace = \"1h\"\nthreads = 3\n" + std::string(own_plug));
    BOOST_TEST(std::holds_alternative<write_request>(
        convert("--from 3.0 --append " + decided.path.string() + " -- 82 10.0.0.1")));
    BOOST_TEST(has(decided.refused("26 10.0.0.9").report, "grace is \"1h\" in [process]"));
    BOOST_TEST(std::holds_alternative<write_request>(
        convert("--from 3.0 --append " + file.path.string() + " -- plug 82 10.0.0.1 --sticky")));
    BOOST_TEST(has(reasons("convert --append x --to command-line -- 1 10.0.0.1"), "--append: "));
}

BOOST_AUTO_TEST_SUITE_END()
