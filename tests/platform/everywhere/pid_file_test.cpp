// The pid file: what every system promises.
#include "platform/host.hpp"
#include "tests/platform/pid_files.hpp"

#include <fstream>
#include <utility>

namespace {

using namespace plug::test;
namespace fs = std::filesystem;

const std::string own_pid = std::to_string(plug::platform::process_id());

} // namespace

BOOST_AUTO_TEST_SUITE(pid_file)

BOOST_AUTO_TEST_CASE(the_file_holds_the_pid_on_a_line_of_its_own) {
    const temporary_directory directory;
    const auto held = create(directory / "pid");
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
}

BOOST_AUTO_TEST_CASE(a_second_holder_is_refused_and_told_who_holds_it) {
    const temporary_directory directory;
    const auto held = create(directory / "pid");
    BOOST_TEST(has(why_refused(directory / "pid"), "process " + own_pid));
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
}

BOOST_AUTO_TEST_CASE(a_stale_file_is_taken_over_with_nothing_left_of_it) {
    const temporary_directory directory;
    std::ofstream(directory / "pid", std::ios::binary) << "12345678901234567890\nand more\n";
    const auto held = create(directory / "pid");
    BOOST_TEST(read_file(directory / "pid") == own_pid + "\n");
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

BOOST_AUTO_TEST_CASE(a_file_that_replaced_ours_is_not_removed) {
    const temporary_directory directory;
    auto held = create(directory / "pid");
    fs::rename(directory / "pid", directory / "moved");
    std::ofstream(directory / "pid", std::ios::binary) << "4711\n";
    held->release();
    BOOST_TEST(read_file(directory / "pid") == "4711\n");
}

BOOST_AUTO_TEST_SUITE_END()
