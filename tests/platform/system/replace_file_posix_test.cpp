// Replacing a file whole: modes, owners, links.
#include "platform/replace_file.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

namespace {

using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

struct old_file {
    temporary_directory directory;
    fs::path path = directory / "file";

    old_file() { std::ofstream(path, std::ios::binary) << "old\n"; }

    [[nodiscard]] struct stat state() const {
        struct stat found {};
        BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
        return found;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(replace_file_posix)

BOOST_AUTO_TEST_CASE(the_mode_stays) {
    for (const mode_t mode : {0600U, 0640U, 0664U}) {
        const old_file file;
        BOOST_REQUIRE(::chmod(file.path.c_str(), mode) == 0);
        BOOST_TEST(!plug::platform::replace_file(file.path, "new\n"));
        BOOST_TEST((file.state().st_mode & 07777U) == mode);
        BOOST_TEST(read_file(file.path) == "new\n");
    }
}

BOOST_AUTO_TEST_CASE(a_new_file_is_not_for_everybody) {
    const temporary_directory directory;
    BOOST_TEST(!plug::platform::replace_file(directory / "file", "new\n"));
    struct stat made {};
    BOOST_REQUIRE(::stat((directory / "file").c_str(), &made) == 0);
    BOOST_TEST((made.st_mode & 07777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(the_owner_stays, *boost::unit_test::precondition(plug::test::is_root)) {
    const old_file file;
    BOOST_REQUIRE(::chown(file.path.c_str(), 1234, 2345) == 0);
    BOOST_TEST(!plug::platform::replace_file(file.path, "new\n"));
    BOOST_TEST(file.state().st_uid == 1234U);
    BOOST_TEST(file.state().st_gid == 2345U);
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_stays_and_leads_to_the_new_content) {
    const old_file file;
    const auto link = file.directory / "link";
    fs::create_symlink("file", link);
    BOOST_TEST(!plug::platform::replace_file(link, "new\n"));
    BOOST_TEST(fs::is_symlink(link));
    BOOST_TEST(read_file(file.path) == "new\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_replaced_by_one) {
    const temporary_directory directory;
    const auto pipe = directory / "pipe";
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    BOOST_TEST(plug::platform::replace_file(pipe, "new\n") ==
               boost::system::errc::invalid_argument);
    BOOST_TEST(fs::is_fifo(pipe));
}

BOOST_AUTO_TEST_SUITE_END()
