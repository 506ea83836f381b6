// Of which objects the two programs were linked, as their link maps say.
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <set>
#include <sstream>
#include <string>

using namespace plug::test;

namespace {

/// The objects of ours in the link map that the environment variable `name` leads to.
std::set<std::string> objects_of(const char* name) {
    const char* const path = std::getenv(name);
    BOOST_REQUIRE_MESSAGE(path != nullptr, name << " is not set");
    std::istringstream map(read_file(path));
    std::set<std::string> objects;
    for (std::string word; map >> word;) {
        if (word.find(".cpp.o") != std::string::npos)
            objects.insert(word);
    }
    return objects;
}

std::set<std::string> from_folder(const std::set<std::string>& objects, const std::string& folder) {
    std::set<std::string> found;
    for (const auto& each : objects) {
        if (each.find("/" + folder + "/") != std::string::npos)
            found.insert(each);
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(portable_program)

BOOST_AUTO_TEST_CASE(the_portable_program_holds_no_object_of_the_linux_folder) {
    const auto objects = objects_of("PLUG_PORTABLE_MAP");
    BOOST_TEST(from_folder(objects, "linux").empty());
    BOOST_TEST(!from_folder(objects, "portable").empty());
}

BOOST_AUTO_TEST_CASE(the_program_holds_the_linux_transport_and_not_the_portable_one) {
    const auto objects = objects_of("PLUG_MAP");
    BOOST_TEST(!from_folder(objects, "linux").empty());
    BOOST_TEST(from_folder(objects, "portable").empty());
}

BOOST_AUTO_TEST_SUITE_END()
