// What keeps the engine alive, and what the system is short of.
#include "core/plug/census.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

const boost::system::error_code no_descriptor = boost::asio::error::no_descriptors;

// Writes down what a census says: c when the listeners are closed, e when all has ended.
struct story {
    explicit story(plug::census& counted) {
        counted.on_listeners_closed([this] { told += 'c'; });
        counted.on_ended([this] { told += 'e'; });
    }
    std::string told;
};

} // namespace

BOOST_AUTO_TEST_SUITE(census)

BOOST_AUTO_TEST_CASE(the_end_comes_with_the_last_session_after_the_last_listener) {
    plug::census counted(10);
    const story heard(counted);
    counted.listener_begins();
    counted.listener_begins();
    counted.session_begins();
    counted.session_begins();
    counted.listener_ends();
    BOOST_TEST(heard.told == "");
    counted.listener_ends();
    BOOST_TEST(heard.told == "c");
    counted.session_ends();
    BOOST_TEST(heard.told == "c");
    counted.session_ends();
    BOOST_TEST(heard.told == "ce");
}

BOOST_AUTO_TEST_CASE(without_sessions_the_end_comes_with_the_listeners) {
    plug::census counted(10);
    const story heard(counted);
    counted.listener_begins();
    counted.listener_ends();
    BOOST_TEST(heard.told == "ce");
}

BOOST_AUTO_TEST_CASE(having_no_session_is_not_the_end_while_a_listener_is_open) {
    plug::census counted(10);
    const story heard(counted);
    counted.listener_begins();
    for (int round = 0; round < 3; ++round) {
        counted.session_begins();
        counted.session_ends();
    }
    BOOST_TEST(heard.told == "");
}

BOOST_AUTO_TEST_CASE(the_end_is_told_once_whoever_comes_last) {
    for (int round = 0; round < 300; ++round) {
        plug::census counted(100);
        std::atomic<int> closed{0};
        std::atomic<int> ended{0};
        counted.on_listeners_closed([&] { ++closed; });
        counted.on_ended([&] { ++ended; });
        std::vector<std::thread> all;
        for (int each = 0; each < 4; ++each) {
            counted.listener_begins();
            counted.session_begins();
        }
        for (int each = 0; each < 4; ++each) {
            all.emplace_back([&counted, each] {
                each % 2 == 0 ? counted.session_ends() : counted.listener_ends();
                each % 2 == 0 ? counted.listener_ends() : counted.session_ends();
            });
        }
        for (auto& each : all) {
            each.join();
        }
        BOOST_REQUIRE(closed == 1);
        BOOST_REQUIRE(ended == 1);
    }
}

BOOST_AUTO_TEST_CASE(there_is_room_for_as_many_sessions_as_was_said) {
    plug::census counted(2);
    BOOST_TEST(counted.has_room());
    counted.session_begins();
    BOOST_TEST(counted.has_room());
    counted.session_begins();
    BOOST_TEST(!counted.has_room());
    BOOST_TEST(counted.sessions() == 2U);
    counted.session_ends();
    BOOST_TEST(counted.has_room());
}

BOOST_AUTO_TEST_SUITE_END()
