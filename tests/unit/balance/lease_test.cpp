// A lease counts one connection and gives it back exactly once.
#include "core/balance/lease.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <type_traits>
#include <utility>

BOOST_AUTO_TEST_SUITE(lease)

BOOST_AUTO_TEST_CASE(a_lease_counts_one_connection_while_it_lives) {
    const auto connections = std::make_shared<plug::connection_count>();
    {
        const plug::lease held(3, connections);
        BOOST_TEST(bool(held));
        BOOST_TEST(held.target() == 3U);
        BOOST_TEST(*connections == 1U);
    }
    BOOST_TEST(*connections == 0U);
}

BOOST_AUTO_TEST_CASE(an_empty_lease_holds_nothing) {
    plug::lease none;
    BOOST_TEST(!none);
    none.release();
    BOOST_TEST(!none);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_moved_is_counted_once) {
    const auto connections = std::make_shared<plug::connection_count>();
    plug::lease first(1, connections);
    const plug::lease second(std::move(first));
    BOOST_TEST(!first); // NOLINT(bugprone-use-after-move): being empty is what is tested
    BOOST_TEST(second.target() == 1U);
    BOOST_TEST(*connections == 1U);
}

BOOST_AUTO_TEST_CASE(assigning_gives_back_what_was_held_before) {
    const auto old_target = std::make_shared<plug::connection_count>();
    const auto new_target = std::make_shared<plug::connection_count>();
    plug::lease held(0, old_target);
    held = plug::lease(1, new_target);
    BOOST_TEST(*old_target == 0U);
    BOOST_TEST(*new_target == 1U);
    BOOST_TEST(held.target() == 1U);
}

BOOST_AUTO_TEST_CASE(assigning_a_lease_to_itself_keeps_it) {
    const auto connections = std::make_shared<plug::connection_count>();
    plug::lease held(0, connections);
    auto& same = held;
    held = std::move(same);
    BOOST_TEST(bool(held));
    BOOST_TEST(*connections == 1U);
}

BOOST_AUTO_TEST_CASE(releasing_twice_gives_back_once) {
    const auto connections = std::make_shared<plug::connection_count>();
    const plug::lease other(0, connections);
    plug::lease held(0, connections);
    held.release();
    held.release();
    BOOST_TEST(!held);
    BOOST_TEST(*connections == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_cannot_be_copied) {
    BOOST_TEST(!std::is_copy_constructible_v<plug::lease>);
    BOOST_TEST(!std::is_copy_assignable_v<plug::lease>);
}

BOOST_AUTO_TEST_SUITE_END()
