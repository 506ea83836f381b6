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
        if (word.ends_with(".o")) // of a source, or of a whole folder
            objects.insert(word);
    }
    return objects;
}

/// Those of the transport of that name.
std::set<std::string> of_transport(const std::set<std::string>& objects, const std::string& name) {
    std::set<std::string> found;
    for (const auto& object : objects) {
        if (object.find("/plug_transport_" + name + ".dir/") != std::string::npos)
            found.insert(object);
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(portable_program)

BOOST_AUTO_TEST_CASE(the_portable_program_holds_the_portable_transport_and_not_that_of_linux) {
    const auto objects = objects_of("PLUG_PORTABLE_MAP");
    BOOST_TEST(of_transport(objects, "linux").empty());
    BOOST_TEST(!of_transport(objects, "portable").empty());
}

BOOST_AUTO_TEST_CASE(the_program_holds_the_linux_transport_and_not_the_portable_one) {
    const auto objects = objects_of("PLUG_MAP");
    BOOST_TEST(!of_transport(objects, "linux").empty());
    BOOST_TEST(of_transport(objects, "portable").empty());
}

BOOST_AUTO_TEST_SUITE_END()
