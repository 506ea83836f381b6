// The pid file: modes, links, pipes and locks of Unix.
#include "tests/platform/pid_files.hpp"
#include "tests/support/process/namespaces.hpp"

#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace plug::test;
namespace fs = std::filesystem;

constexpr unsigned somebody = 54321;

/// The user that plug will become.
const plug::platform::account service_user{"somebody", somebody, somebody};

bool is_made_for_service(const fs::path& path) {
    std::string why;
    const bool is_made = plug::platform::pid_file::create(path, why, service_user).has_value();
    BOOST_TEST_MESSAGE(why);
    return is_made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pid_file_posix)

BOOST_AUTO_TEST_CASE(the_file_is_readable_by_all_and_writable_by_its_owner_alone) {
    const temporary_directory directory;
    std::ofstream(directory / "stale").close();
    fs::permissions(directory / "stale", fs::perms{0666});
    for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
        for (const char* name : {"new", "stale"}) {
            const mode_t before = ::umask(mask);
            const auto held = create(directory / name);
            ::umask(before);
            struct stat found {};
            BOOST_REQUIRE(::stat((directory / name).c_str(), &found) == 0);
            BOOST_TEST((found.st_mode & 07777U) == 0644U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_refused_and_its_file_left_alone) {
    const temporary_directory directory;
    std::ofstream(directory / "precious") << "precious";
    fs::create_symlink(directory / "precious", directory / "pid");
    BOOST_TEST(has(why_refused(directory / "pid"), "symbolic link"));
    BOOST_TEST(read_file(directory / "precious") == "precious");
}

BOOST_AUTO_TEST_CASE(a_directory_and_a_fifo_are_refused) {
    const temporary_directory directory;
    fs::create_directory(directory / "sub");
    BOOST_TEST(has(why_refused(directory / "sub"), "directory"));
    BOOST_REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
    BOOST_TEST(has(why_refused(directory / "pipe"), "not a regular file"));
}

BOOST_AUTO_TEST_CASE(a_lock_of_somebody_who_wrote_no_pid_is_refused_too) {
    const temporary_directory directory;
    const int other = ::open((directory / "pid").c_str(), O_RDWR | O_CREAT, 0600);
    BOOST_REQUIRE(::flock(other, LOCK_EX) == 0);
    BOOST_TEST(has(why_refused(directory / "pid"), "another process"));
    ::close(other);
}

BOOST_AUTO_TEST_CASE(a_file_of_somebody_else_is_refused_and_left_alone,
                     *boost::unit_test::precondition(is_root)) {
    const temporary_directory directory;
    std::ofstream(directory / "pid") << "1\n";
    BOOST_REQUIRE(::chown((directory / "pid").c_str(), somebody, somebody) == 0);
    const auto why = why_refused(directory / "pid");
    BOOST_TEST(has(why, "belongs to user 54321"), why);
    BOOST_TEST(has(why, "remove it, or name another path"), why);
    BOOST_TEST(read_file(directory / "pid") == "1\n");
    BOOST_TEST(is_made_for_service(directory / "pid"));
}

BOOST_AUTO_TEST_CASE(a_folder_in_which_others_may_replace_the_file_is_refused,
                     *boost::unit_test::precondition(is_root)) {
    const temporary_directory directory;
    const auto folder = directory / "folder";
    fs::create_directories(folder / "below");
    BOOST_REQUIRE(::chown(folder.c_str(), somebody, somebody) == 0);
    for (const auto& path : {folder / "pid", folder / "below" / "pid"}) {
        const auto why = why_refused(path);
        BOOST_TEST(has(why, "user 54321 may change the directory " + folder.string() + ","), why);
        BOOST_TEST(has(why, "name a place that root alone may change"), why);
        BOOST_TEST(!fs::exists(path));
        BOOST_TEST(is_made_for_service(path));
    }
    BOOST_REQUIRE(::chown(folder.c_str(), 0, somebody) == 0);
    BOOST_REQUIRE(::chmod(folder.c_str(), 0775) == 0);
    BOOST_TEST(has(why_refused(folder / "pid"), "group 54321 may change the directory"));
    BOOST_REQUIRE(::chmod(folder.c_str(), 0777) == 0);
    BOOST_TEST(has(why_refused(folder / "pid"), "anyone may change the directory"));
    BOOST_REQUIRE(::chmod(folder.c_str(), 01777) == 0); // as /tmp is
    BOOST_TEST(create(folder / "pid").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
