// Whom a process may become, and which files are given away for that.
#include "platform/privileges.hpp"

#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <sys/stat.h>

using namespace plug::platform;
using plug::test::is_root;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

namespace {

/// An account that no system has.
const account somebody{"54321", 54321, 54322};

std::string why_not_found(const std::string& user, const std::string& group = {}) {
    std::string why;
    BOOST_TEST(!find_account(user, group, why));
    return why;
}

std::uint32_t owner_of(const fs::path& path) {
    struct stat found {};
    BOOST_REQUIRE(::lstat(path.c_str(), &found) == 0);
    return found.st_uid;
}

} // namespace

BOOST_AUTO_TEST_SUITE(privileges_posix)

BOOST_AUTO_TEST_CASE(a_user_is_found_by_name_and_by_number) {
    std::string why;
    const auto named = find_account("nobody", "", why);
    BOOST_REQUIRE_MESSAGE(named, why);
    BOOST_TEST(named->user != 0U);
    const auto numbered = find_account(std::to_string(named->user), "", why);
    BOOST_REQUIRE_MESSAGE(numbered, why);
    BOOST_TEST(numbered->name == "nobody");
    BOOST_TEST(numbered->group == named->group);
    const auto without_name = find_account("54321", "54322", why);
    BOOST_REQUIRE_MESSAGE(without_name, why);
    BOOST_TEST(without_name->user == 54321U);
    BOOST_TEST(without_name->group == 54322U);
}

BOOST_AUTO_TEST_CASE(who_is_missing_is_named) {
    BOOST_TEST(why_not_found("no-such-user") == "user no-such-user: there is no such user");
    BOOST_TEST(why_not_found("nobody", "no-such-group") ==
               "group no-such-group: there is no such group");
    BOOST_TEST(why_not_found("54321") ==
               "user 54321: has no name here, and so no group; name the group too");
    BOOST_TEST(why_not_found("root") == "user root: may do everything; name one who may do less");
}

BOOST_AUTO_TEST_CASE(a_log_file_is_made_and_given_to_the_user,
                     *boost::unit_test::precondition(is_root)) {
    const temporary_directory directory;
    give_log_file(directory / "made", somebody);
    BOOST_TEST(owner_of(directory / "made") == somebody.user);
    std::ofstream(directory / "old") << "a line\n";
    give_log_file(directory / "old", somebody);
    BOOST_TEST(owner_of(directory / "old") == somebody.user);
    BOOST_TEST(plug::test::read_file(directory / "old") == "a line\n");
}

BOOST_AUTO_TEST_CASE(what_the_user_might_have_put_there_is_not_given_away,
                     *boost::unit_test::precondition(is_root)) {
    const temporary_directory directory;
    std::ofstream(directory / "precious") << "precious";
    fs::create_symlink(directory / "precious", directory / "link");
    give_log_file(directory / "link", somebody);
    BOOST_TEST(owner_of(directory / "precious") == 0U);
    fs::create_hard_link(directory / "precious", directory / "second-name");
    give_log_file(directory / "second-name", somebody);
    BOOST_TEST(owner_of(directory / "precious") == 0U);
    give_socket(directory / "precious", somebody);
    BOOST_TEST(owner_of(directory / "precious") == 0U);
}

BOOST_AUTO_TEST_CASE(what_anyone_may_write_is_seen) {
    const temporary_directory directory;
    std::ofstream(directory / "file").close();
    BOOST_TEST(!anyone_may_write(directory / "file"));
    fs::create_symlink(directory / "file", directory / "link");
    fs::permissions(directory / "file", fs::perms{0666});
    BOOST_TEST(anyone_may_write(directory / "file"));
    BOOST_TEST(anyone_may_write(directory / "link"));
    BOOST_TEST(!anyone_may_write(directory / "missing"));
}

BOOST_AUTO_TEST_SUITE_END()
