// A lease counts one connection and gives it back exactly once.
#include "core/balance/lease.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <type_traits>
#include <utility>

BOOST_AUTO_TEST_SUITE(lease)

BOOST_AUTO_TEST_CASE(a_lease_counts_one_connection_while_it_lives) {
    std::atomic<std::uint32_t> connections{0};
    {
        const plug::lease held(3, connections);
        BOOST_TEST(bool(held));
        BOOST_TEST(held.target() == 3U);
        BOOST_TEST(connections == 1U);
    }
    BOOST_TEST(connections == 0U);
}

BOOST_AUTO_TEST_CASE(an_empty_lease_holds_nothing) {
    plug::lease none;
    BOOST_TEST(!none);
    none.release();
    BOOST_TEST(!none);
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_moved_is_counted_once) {
    std::atomic<std::uint32_t> connections{0};
    plug::lease first(1, connections);
    const plug::lease second(std::move(first));
    BOOST_TEST(!first); // NOLINT(bugprone-use-after-move): being empty is what is tested
    BOOST_TEST(second.target() == 1U);
    BOOST_TEST(connections == 1U);
}

BOOST_AUTO_TEST_CASE(assigning_gives_back_what_was_held_before) {
    std::atomic<std::uint32_t> old_target{0};
    std::atomic<std::uint32_t> new_target{0};
    plug::lease held(0, old_target);
    held = plug::lease(1, new_target);
    BOOST_TEST(old_target == 0U);
    BOOST_TEST(new_target == 1U);
    BOOST_TEST(held.target() == 1U);
}

BOOST_AUTO_TEST_CASE(assigning_a_lease_to_itself_keeps_it) {
    std::atomic<std::uint32_t> connections{0};
    plug::lease held(0, connections);
    auto& same = held;
    held = std::move(same);
    BOOST_TEST(bool(held));
    BOOST_TEST(connections == 1U);
}

BOOST_AUTO_TEST_CASE(releasing_twice_gives_back_once) {
    std::atomic<std::uint32_t> connections{0};
    const plug::lease other(0, connections);
    plug::lease held(0, connections);
    held.release();
    held.release();
    BOOST_TEST(!held);
    BOOST_TEST(connections == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_cannot_be_copied) {
    BOOST_TEST(!std::is_copy_constructible_v<plug::lease>);
    BOOST_TEST(!std::is_copy_assignable_v<plug::lease>);
}

BOOST_AUTO_TEST_SUITE_END()
