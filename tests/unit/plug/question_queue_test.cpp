// In which order names are looked up.
#include "core/plug/question_queue.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace {

using plug::question;

const std::chrono::steady_clock::time_point start{1h};

question asking(const std::string& plug, const std::string& name, bool is_known = false,
                std::chrono::milliseconds after = 0ms) {
    return {std::make_shared<plug::destination>(plug::host_port{name, 80, {}}), plug, start + after,
            is_known};
}

/// The hosts in the order in which they are taken.
std::string order_of(plug::question_queue& queue, bool known_first = false) {
    std::string all;
    while (const auto next = queue.take(known_first)) {
        all += (all.empty() ? "" : " ") + next->wanted->configured().host;
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(question_queue)

BOOST_AUTO_TEST_CASE(questions_of_one_plug_keep_their_order) {
    plug::question_queue queue;
    for (const auto* const name : {"c", "a", "b"}) {
        queue.push(asking("web", name));
    }
    BOOST_TEST(queue.size() == 3U);
    BOOST_TEST(order_of(queue) == "c a b");
    BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(plugs_take_turns) {
    plug::question_queue queue;
    for (const auto* const name : {"a1", "a2", "a3", "a4"}) {
        queue.push(asking("a", name));
    }
    queue.push(asking("b", "b1"));
    queue.push(asking("c", "c1"));
    queue.push(asking("c", "c2"));
    BOOST_TEST(order_of(queue) == "a1 b1 c1 a2 c2 a3 a4");
}

BOOST_AUTO_TEST_CASE(a_plug_that_comes_later_has_its_turn_next) {
    plug::question_queue queue;
    for (const auto* const name : {"a1", "a2", "a3"}) {
        queue.push(asking("a", name));
    }
    BOOST_TEST(queue.take(false)->wanted->configured().host == "a1");
    queue.push(asking("b", "b1"));
    BOOST_TEST(order_of(queue) == "b1 a2 a3");
}

BOOST_AUTO_TEST_CASE(names_that_were_answered_before_come_first_where_that_is_asked_for) {
    plug::question_queue queue;
    queue.push(asking("a", "new1"));
    queue.push(asking("a", "known1", true));
    queue.push(asking("b", "new2"));
    queue.push(asking("b", "known2", true));
    BOOST_TEST(order_of(queue, true) == "known1 known2 new1 new2");
}

BOOST_AUTO_TEST_CASE(those_that_have_waited_are_counted) {
    plug::question_queue queue;
    queue.push(asking("a", "1", false, 500ms));
    queue.push(asking("b", "2", false, 100ms));
    queue.push(asking("b", "3", false, 900ms));
    BOOST_TEST((queue.oldest() == start + 100ms));
    BOOST_TEST(queue.asked_until(start) == 0U);
    BOOST_TEST(queue.asked_until(start + 500ms) == 2U);
    BOOST_TEST(queue.asked_until(start + 1s) == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
