// Appending to a file: modes, pipes, a full disk, two writers.
#include "platform/append_file.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using appender = plug::platform::append_file;
using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
    struct stat found {};
    BOOST_REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

struct umask_of_the_test {
    explicit umask_of_the_test(mode_t mask) : before(::umask(mask)) {}
    ~umask_of_the_test() { ::umask(before); }
    mode_t before;
};

/// A file system with room for one page, which really becomes full. Needs root.
struct tiny_disk {
    tiny_disk() {
        usable = ::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=4096") == 0;
    }
    ~tiny_disk() {
        if (usable) {
            ::umount2(directory.path().c_str(), MNT_DETACH);
        }
    }
    temporary_directory directory;
    bool usable = false;
};

bool is_whole(const std::string& line) {
    return line.size() == 99 && line.find_first_not_of(line.front()) == std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(append_file_posix)

BOOST_AUTO_TEST_CASE(a_new_file_has_mode_0640_whatever_the_umask) {
    const temporary_directory directory;
    for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
        const umask_of_the_test held(mask);
        const auto path = directory / std::to_string(mask);
        appender file(path);
        BOOST_TEST(!file.open());
        BOOST_TEST(mode_of(path) == 0640U);
    }
}

BOOST_AUTO_TEST_CASE(the_mode_of_a_file_that_is_there_stays) {
    const temporary_directory directory;
    std::ofstream(directory / "log").close();
    fs::permissions(directory / "log", fs::perms{0604});
    appender file(directory / "log");
    BOOST_TEST(!file.append("line\n"));
    BOOST_TEST(mode_of(directory / "log") == 0604U);
}

BOOST_AUTO_TEST_CASE(a_directory_is_told_as_such) {
    const temporary_directory directory;
    appender file(directory.path());
    BOOST_TEST(file.open().value() == EISDIR);
}

BOOST_AUTO_TEST_CASE(a_fifo_that_nobody_reads_does_not_block) {
    const temporary_directory directory;
    BOOST_REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
    appender file(directory / "pipe");
    BOOST_TEST(file.append("line\n").value() == ENXIO);
}

BOOST_AUTO_TEST_CASE(a_full_fifo_does_not_block) {
    const temporary_directory directory;
    BOOST_REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
    const int reader = ::open((directory / "pipe").c_str(), O_RDONLY | O_NONBLOCK);
    BOOST_REQUIRE(reader >= 0);
    appender file(directory / "pipe");
    const auto error = file.append(std::string(1U << 21U, 'x') + "\n");
    BOOST_TEST(error.value() == EAGAIN);
    ::close(reader);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_the_next_line_stands_on_its_own) {
    tiny_disk disk;
    if (!disk.usable) {
        BOOST_TEST_MESSAGE("skipped: needs the right to mount");
        return;
    }
    appender file(disk.directory / "log");
    const std::string half(3000, 'a');
    BOOST_TEST(!file.append(half + "\n"));
    BOOST_TEST(file.append(std::string(2000, 'b') + "\n").value() == ENOSPC);
    BOOST_REQUIRE(
        ::mount("tmpfs", disk.directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=65536") == 0);
    BOOST_TEST(!file.append("after\n"));
    const auto text = read_file(disk.directory / "log");
    BOOST_TEST(text.starts_with(half + "\nbbb"));
    BOOST_TEST(text.ends_with("b\nafter\n"));
}

BOOST_AUTO_TEST_CASE(two_writers_on_one_file_leave_every_line_whole) {
    const temporary_directory directory;
    const auto path = directory / "log";
    std::vector<std::thread> writers;
    for (const char letter : {'a', 'b'}) {
        writers.emplace_back([path, letter] {
            appender file(path);
            const std::string line = std::string(99, letter) + "\n";
            for (int round = 0; round < 500; ++round) {
                (void)file.append(line + line + line);
            }
        });
    }
    for (auto& writer : writers) {
        writer.join();
    }
    std::ifstream written(path);
    std::size_t count = 0;
    for (std::string line; std::getline(written, line); ++count) {
        BOOST_REQUIRE(is_whole(line));
    }
    BOOST_TEST(count == 3000U);
}

BOOST_AUTO_TEST_CASE(root_writes_through_no_link_that_others_may_have_made,
                     *boost::unit_test::precondition(plug::test::is_root)) {
    constexpr unsigned somebody = 54321;
    const temporary_directory directory;
    std::ofstream(directory / "precious") << "precious";
    fs::create_directory(directory / "of_root");
    for (const mode_t mode : {mode_t{0755}, mode_t{0777}, mode_t{01777}}) {
        const auto folder = directory / ("folder" + std::to_string(mode));
        fs::create_directory(folder);
        fs::create_symlink(directory / "precious", folder / "link");
        fs::create_symlink(directory / "of_root", folder / "deeper");
        fs::create_hard_link(directory / "precious", folder / "second");
        BOOST_REQUIRE(::chown(folder.c_str(), mode == 0755 ? somebody : 0, somebody) == 0);
        BOOST_REQUIRE(::chmod(folder.c_str(), mode) == 0);
        for (const auto& path : {folder / "link", folder / "deeper" / "log", folder / "second"}) {
            const auto failed = appender(path).append("line\n");
            BOOST_TEST(failed.message().find("that others may change") != std::string::npos,
                       path << ": " << failed.message());
        }
        BOOST_TEST(!appender(folder / "log").append("line\n"));
        BOOST_TEST(read_file(folder / "log") == "line\n");
    }
    BOOST_TEST(read_file(directory / "precious") == "precious");
    BOOST_TEST(fs::is_empty(directory / "of_root"));
}

BOOST_AUTO_TEST_CASE(links_that_root_alone_can_make_are_followed) {
    const temporary_directory directory;
    fs::create_directory(directory / "folder");
    fs::create_symlink(directory / "folder", directory / "link");
    fs::create_symlink(directory / "folder" / "log", directory / "log");
    BOOST_TEST(!appender(directory / "link" / "log").append("one\n"));
    BOOST_TEST(!appender(directory / "log").append("two\n"));
    BOOST_TEST(read_file(directory / "folder" / "log") == "one\ntwo\n");
    BOOST_TEST(!appender("/dev/null").append("three\n"));
}

BOOST_AUTO_TEST_CASE(a_removed_file_is_made_again) {
    const temporary_directory directory;
    appender file(directory / "log");
    BOOST_TEST(!file.append("gone\n"));
    fs::remove(directory / "log");
    BOOST_TEST(!file.append("here\n"));
    BOOST_TEST(read_file(directory / "log") == "here\n");
}

BOOST_AUTO_TEST_SUITE_END()
