// Replacing a file whole.
#include "platform/replace_file.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace {

using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

boost::system::error_code replace(const fs::path& path, std::string_view text) {
    return plug::platform::replace_file(path, text);
}

std::ptrdiff_t files_in(const temporary_directory& directory) {
    return std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator());
}

} // namespace

BOOST_AUTO_TEST_SUITE(replace_file)

BOOST_AUTO_TEST_CASE(a_file_gets_its_new_content_and_nothing_is_left_beside_it) {
    const temporary_directory directory;
    std::ofstream(directory / "file", std::ios::binary) << "a longer text than the new one\n";
    BOOST_TEST(!replace(directory / "file", "new\n"));
    BOOST_TEST(read_file(directory / "file") == "new\n");
    BOOST_TEST(files_in(directory) == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_made) {
    const temporary_directory directory;
    BOOST_TEST(!replace(directory / "file", ""));
    BOOST_TEST(fs::exists(directory / "file"));
    BOOST_TEST(files_in(directory) == 1);
}

BOOST_AUTO_TEST_CASE(who_has_it_open_keeps_the_old_content) {
    const temporary_directory directory;
    std::ofstream(directory / "file", std::ios::binary) << "old\n";
    fs::create_hard_link(directory / "file", directory / "other name");
    BOOST_TEST(!replace(directory / "file", "new\n"));
    BOOST_TEST(read_file(directory / "other name") == "old\n");
}

BOOST_AUTO_TEST_CASE(where_the_folder_is_missing_nothing_is_made) {
    const temporary_directory directory;
    BOOST_TEST(replace(directory / "none/file", "new\n").failed());
    BOOST_TEST(files_in(directory) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
