#include "platform/pid_file.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

std::optional<plug::platform::pid_file> create(const fs::path& path) {
    std::string why;
    auto made = plug::platform::pid_file::create(path, why);
    BOOST_TEST(made.has_value(), why);
    return made;
}

std::string why_refused(const fs::path& path) {
    std::string why;
    const auto made = plug::platform::pid_file::create(path, why);
    BOOST_TEST(!made.has_value());
    BOOST_TEST(why.find(path.string()) != std::string::npos, why << " does not name the path");
    return why;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string own_pid = std::to_string(::getpid());

} // namespace

BOOST_AUTO_TEST_SUITE(pid_file)

BOOST_AUTO_TEST_CASE(the_file_holds_the_pid_on_a_line_of_its_own) {
    const temporary_directory directory;
    const auto held = create(directory / "pid");
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
}

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

BOOST_AUTO_TEST_CASE(a_second_holder_is_refused_and_told_who_holds_it) {
    const temporary_directory directory;
    const auto held = create(directory / "pid");
    BOOST_TEST(has(why_refused(directory / "pid"), "process " + own_pid));
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
}

BOOST_AUTO_TEST_CASE(a_stale_file_is_taken_over_with_nothing_left_of_it) {
    const temporary_directory directory;
    std::ofstream(directory / "pid") << "12345678901234567890\nand more\n";
    const auto held = create(directory / "pid");
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_refused_and_its_file_left_alone) {
    const temporary_directory directory;
    std::ofstream(directory / "precious") << "precious";
    fs::create_symlink(directory / "precious", directory / "pid");
    BOOST_TEST(has(why_refused(directory / "pid"), "symbolic link"));
    BOOST_TEST(read_file(directory / "precious") == "precious");
}

BOOST_AUTO_TEST_CASE(a_file_with_a_second_name_is_refused_and_left_alone) {
    const temporary_directory directory;
    std::ofstream(directory / "precious") << "precious";
    fs::create_hard_link(directory / "precious", directory / "pid");
    BOOST_TEST(has(why_refused(directory / "pid"), "hard links"));
    BOOST_TEST(read_file(directory / "precious") == "precious");
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
    const temporary_directory directory;
    const auto path = directory.path() / "none" / "pid";
    BOOST_TEST(has(why_refused(path), (directory / "none").string() + " does not exist"));
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

BOOST_AUTO_TEST_CASE(release_removes_the_file_and_gives_up_the_lock) {
    const temporary_directory directory;
    auto first = create(directory / "pid");
    first->release();
    BOOST_TEST(!fs::exists(directory / "pid"));
    const auto second = create(directory / "pid");
    first.reset();
    BOOST_TEST(fs::exists(directory / "pid"));
}

BOOST_AUTO_TEST_CASE(the_file_goes_with_its_object) {
    const temporary_directory directory;
    { const auto held = create(directory / "pid"); }
    BOOST_TEST(!fs::exists(directory / "pid"));
}

BOOST_AUTO_TEST_CASE(a_file_that_replaced_ours_is_not_removed) {
    const temporary_directory directory;
    auto held = create(directory / "pid");
    fs::rename(directory / "pid", directory / "moved");
    std::ofstream(directory / "pid") << "4711\n";
    held->release();
    BOOST_TEST(read_file(directory / "pid") == "4711\n");
}

BOOST_AUTO_TEST_CASE(moving_hands_the_file_on) {
    const temporary_directory directory;
    auto first = create(directory / "pid");
    plug::platform::pid_file second = std::move(*first);
    first.reset();
    BOOST_TEST(fs::exists(directory / "pid"));
    auto other = create(directory / "other");
    second = std::move(*other);
    BOOST_TEST(!fs::exists(directory / "pid"));
    BOOST_TEST(fs::exists(directory / "other"));
}

BOOST_AUTO_TEST_SUITE_END()
