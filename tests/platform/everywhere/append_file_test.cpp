// Appending to a file that others may rename: what every system promises.
#include "platform/append_file.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

using appender = plug::platform::append_file;
using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

} // namespace

BOOST_AUTO_TEST_SUITE(append_file)

BOOST_AUTO_TEST_CASE(lines_are_added_behind_what_is_there) {
    const temporary_directory directory;
    std::ofstream(directory / "log", std::ios::binary) << "before\n";
    appender file(directory / "log");
    BOOST_TEST(!file.append("first\n"));
    BOOST_TEST(!file.append("second\nthird\n"));
    BOOST_TEST(read_file(directory / "log") == "before\nfirst\nsecond\nthird\n");
}

BOOST_AUTO_TEST_CASE(a_renamed_file_is_noticed_at_the_next_line) {
    const temporary_directory directory;
    appender file(directory / "log");
    BOOST_TEST(!file.append("old\n"));
    fs::rename(directory / "log", directory / "log.1");
    BOOST_TEST(!file.append("new\n"));
    BOOST_TEST(read_file(directory / "log.1") == "old\n");
    BOOST_TEST(read_file(directory / "log") == "new\n");
}

BOOST_AUTO_TEST_CASE(opening_notices_a_renamed_file_without_a_line) {
    const temporary_directory directory;
    appender file(directory / "log");
    BOOST_TEST(!file.open());
    fs::rename(directory / "log", directory / "log.1");
    BOOST_TEST(!file.open());
    BOOST_TEST(fs::exists(directory / "log"));
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_made_is_an_error_and_heals) {
    const temporary_directory directory;
    appender file(directory.path() / "later" / "log");
    BOOST_TEST(file.append("lost\n") == boost::system::errc::no_such_file_or_directory);
    fs::create_directory(directory / "later");
    BOOST_TEST(!file.append("kept\n"));
    BOOST_TEST(read_file(directory.path() / "later" / "log") == "kept\n");
}

BOOST_AUTO_TEST_CASE(a_directory_is_refused) {
    const temporary_directory directory;
    appender file(directory.path());
    BOOST_TEST(bool(file.open()));
}

BOOST_AUTO_TEST_SUITE_END()
