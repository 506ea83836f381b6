#include "service/log/file_output.hpp"
#include "tests/support/process/environment.hpp"
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using plug::platform::severity;
using plug::test::read_file;
using plug::test::temporary_directory;

/// A log in a file, and what is said elsewhere about it.
struct log_in_file {
    explicit log_in_file(const fs::path& path) : file(path) {
        file.fall_back_on(
            [this](const plug::log_line& line) { fallback_lines.push_back(line.text); });
    }

    void write(const std::string& text, severity level = severity::notice) {
        file.write({level, 100, text});
    }

    plug::log_file file;
    std::vector<std::string> fallback_lines;
};

} // namespace

BOOST_AUTO_TEST_SUITE(log_file)

BOOST_AUTO_TEST_CASE(a_line_begins_with_its_time_and_its_severity) {
    const temporary_directory directory;
    log_in_file log(directory / "log");
    log.write("one");
    log.write("two", severity::error);
    const std::string time = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d)";
    BOOST_TEST(boost::regex_match(read_file(directory / "log"),
                                  boost::regex(time + " notice plug\\[\\d+\\]: one\n" + time +
                                               " error plug\\[\\d+\\]: two\n")));
    BOOST_TEST(log.fallback_lines.empty());
}

BOOST_AUTO_TEST_CASE(a_renamed_file_is_made_anew_by_reopening_and_by_the_next_line) {
    const temporary_directory directory;
    log_in_file log(directory / "log");
    log.write("one");
    fs::rename(directory / "log", directory / "log.1");
    log.file.reopen();
    BOOST_TEST(fs::exists(directory / "log"));
    fs::rename(directory / "log", directory / "log.2");
    log.write("two");
    BOOST_TEST(read_file(directory / "log.1").ends_with(": one\n"));
    BOOST_TEST(read_file(directory / "log").ends_with(": two\n"));
}

BOOST_AUTO_TEST_CASE(a_file_that_takes_nothing_is_told_once_and_counts_what_it_lost,
                     *boost::unit_test::precondition(plug::test::removes_open_files)) {
    const temporary_directory directory;
    const auto path = directory.path() / "folder" / "log";
    log_in_file log(path);
    for (int round = 0; round < 3; ++round) {
        log.write("lost");
    }
    BOOST_REQUIRE(log.fallback_lines.size() == 1U);
    BOOST_TEST(log.fallback_lines.front().starts_with("write to " + path.string() + ": "));
    fs::create_directory(directory / "folder");
    log.write("kept");
    const auto text = read_file(path);
    BOOST_TEST(text.find(" warning plug[") != std::string::npos);
    BOOST_TEST(text.find("lines lost that this file did not take: 3\n") != std::string::npos);
    BOOST_TEST(text.ends_with(": kept\n"));
    fs::remove_all(directory / "folder");
    log.write("lost");
    BOOST_TEST(log.fallback_lines.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
