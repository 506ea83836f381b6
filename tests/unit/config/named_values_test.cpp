#include "core/config/named_values.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace plug;

namespace {

enum class fruit { apple, pear, plum, cherry };

constexpr std::array<named_value<fruit>, 3> fruits{
    {{"apple", fruit::apple}, {"pear", fruit::pear}, {"plum", fruit::plum}}};
constexpr named_values<fruit> known{fruits};

} // namespace

BOOST_AUTO_TEST_SUITE(named_values)

BOOST_AUTO_TEST_CASE(a_value_has_its_name_and_a_name_its_value) {
    for (const auto& one : known) {
        BOOST_TEST(name_in(known, one.value) == one.name);
        BOOST_TEST((value_in(known, one.name) == one.value));
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_list_has_neither) {
    BOOST_TEST(name_in(known, fruit::cherry).empty());
    BOOST_TEST(!value_in(known, "cherry"));
    BOOST_TEST(!value_in(known, "appl"));
    BOOST_TEST(!value_in(known, ""));
}

BOOST_AUTO_TEST_CASE(the_names_are_listed_for_a_sentence) {
    BOOST_TEST(names_in(known) == "apple, pear or plum");
    BOOST_TEST(names_in(known.first(2)) == "apple or pear");
    BOOST_TEST(names_in(known.first(1)) == "apple");
}

BOOST_AUTO_TEST_SUITE_END()
