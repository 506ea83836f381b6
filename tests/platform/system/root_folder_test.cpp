// Where paths lead for a process that has changed its root folder.
#include "platform/root_folder.hpp"

#include <boost/test/unit_test.hpp>

using plug::platform::lies_within;
using plug::platform::note_root_folder;
using plug::platform::within_root;

namespace {

/// No process of the tests has changed its root; it is said, and taken back.
struct noted_root {
    explicit noted_root(const char* folder) { note_root_folder(folder); }
    ~noted_root() { note_root_folder({}); }
    noted_root(const noted_root&) = delete;
    noted_root& operator=(const noted_root&) = delete;
};

} // namespace

BOOST_AUTO_TEST_SUITE(root_folder)

BOOST_AUTO_TEST_CASE(a_path_lies_within_its_folders_and_not_beside_them) {
    BOOST_TEST(lies_within("/srv/jail/etc/plug.toml", "/srv/jail"));
    BOOST_TEST(lies_within("/srv/jail/etc/plug.toml", "/srv/jail/"));
    BOOST_TEST(lies_within("/srv/jail", "/srv/jail"));
    BOOST_TEST(lies_within("/srv/jail", "/"));
    BOOST_TEST(!lies_within("/srv/jail2/x", "/srv/jail"));
    BOOST_TEST(!lies_within("/srv", "/srv/jail"));
}

BOOST_AUTO_TEST_CASE(paths_stay_what_they_are_until_the_root_changes) {
    BOOST_TEST(within_root("/srv/x") == "/srv/x");
}

BOOST_AUTO_TEST_CASE(what_is_below_the_root_folder_is_found_there_and_nothing_else) {
    const noted_root root("/srv/jail/");
    BOOST_TEST(within_root("/srv/jail/etc/plug.toml") == "/etc/plug.toml");
    BOOST_TEST(within_root("/etc/plug.toml") == "");
}

BOOST_AUTO_TEST_SUITE_END()
