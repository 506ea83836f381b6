// What platform/transport/transport.hpp says of a connection, held by every body of it: the unit
// tests run this file over the scripted one.
#include "tests/support/transport/connection_pair.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

const std::array origins{origin::accepted, origin::connected};

struct reading {
    error_code error;
    std::string bytes;
};

task<reading> read_from(platform::connection& from, std::size_t most, clock::time_point deadline) {
    std::string buffer(most, ' ');
    const auto read = co_await from.read_some(asio::buffer(buffer), deadline);
    buffer.resize(read.bytes);
    co_return reading{read.error, buffer};
}

task<error_code> write_to(platform::connection& to, std::string bytes) {
    co_return co_await to.write(asio::buffer(bytes), never);
}

struct pair_of : connection_pair {
    using connection_pair::connection_pair;

    /// All that is read until so many bytes are there, an end or an error.
    std::string read(std::size_t bytes) {
        std::string all;
        while (all.size() < bytes) {
            const auto next =
                worker().run(read_from(inner(), bytes - all.size(), clock::time_point(never)));
            if (next.error || next.bytes.empty())
                break;
            all += next.bytes;
        }
        return all;
    }
    reading read_once() { return worker().run(read_from(inner(), 64, never)); }
    error_code write(const std::string& bytes) { return worker().run(write_to(inner(), bytes)); }
    void unread(std::string_view bytes) {
        worker().call([&] { inner().unread(bytes); });
    }
    template <typename Act> void act(Act on) {
        worker().call([&] { on(inner()); });
    }
    void expect_peer(const platform::endpoint& expected) {
        act([&](auto& one) { BOOST_TEST(one.peer() == expected); });
    }
    [[nodiscard]] bool is_empty() {
        bool empty = false;
        act([&](const platform::connection& one) { empty = !one; });
        return empty;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(connection_contract)

BOOST_DATA_TEST_CASE(what_is_given_back_is_read_ahead_of_what_was_given_back_before, origins, how) {
    pair_of both(how);
    both.send("last");
    both.unread("second ");
    both.unread("first ");
    both.unread("");
    BOOST_TEST(both.read(3) == "fir");
    both.unread("fir");
    BOOST_TEST(both.read(17) == "first second last");
}

BOOST_DATA_TEST_CASE(a_close_ahead_of_what_was_given_back_is_a_reset, origins, how) {
    pair_of left(how);
    left.unread("x");
    left.act([](auto& one) { one.close(); });
    BOOST_TEST(left.is_empty());
    BOOST_TEST(left.end() == stream_end::reset);

    pair_of read_again(how);
    read_again.unread("x");
    BOOST_TEST(read_again.read(1) == "x");
    read_again.act([](auto& one) { one.close(); });
    BOOST_TEST(read_again.end() == stream_end::orderly);
}

BOOST_DATA_TEST_CASE(the_peer_is_known_as_long_as_the_connection_is_held, origins, how) {
    pair_of both(how);
    const auto expected = both.outer_address();
    both.expect_peer(expected);
    both.reset();
    BOOST_TEST(both.read_once().error.failed());
    both.expect_peer(expected);
    both.act([](auto& one) { one.cancel(); });
    both.expect_peer(expected);
    both.act([](auto& one) { one.close(); });
    both.expect_peer({});
}

BOOST_AUTO_TEST_CASE(an_empty_connection_has_no_peer_and_nothing_to_end) {
    pair_of both(origin::accepted);
    both.worker().call([] {
        platform::connection none;
        for (int round = 0; round < 2; ++round) {
            none.cancel();
            none.reset();
            none.close();
            BOOST_TEST(!none);
            BOOST_TEST(none.peer() == platform::endpoint{});
            BOOST_TEST(none.unsent() == 0U);
        }
    });
}

BOOST_DATA_TEST_CASE(closing_twice_is_closing_once, origins, how) {
    pair_of closed(how);
    closed.act([](auto& one) {
        one.close();
        one.reset();
        one.close();
    });
    BOOST_TEST(closed.end() == stream_end::orderly);

    pair_of broken(how);
    broken.act([](auto& one) {
        one.reset();
        one.close();
    });
    BOOST_TEST(broken.end() == stream_end::reset);
}

BOOST_DATA_TEST_CASE(the_end_of_the_stream_is_read_again_and_again, origins, how) {
    pair_of both(how);
    both.send("all");
    both.half_close();
    BOOST_TEST(both.read(3) == "all");
    for (int round = 0; round < 3; ++round) {
        const auto end = both.read_once();
        BOOST_TEST(!end.error);
        BOOST_TEST(end.bytes == "");
    }
    both.unread("more");
    BOOST_TEST(both.read_once().bytes == "more");
    BOOST_TEST(both.read_once().bytes == "");
}

BOOST_DATA_TEST_CASE(a_failure_is_never_taken_for_an_end_afterwards, origins, how) {
    pair_of both(how);
    both.reset();
    for (int round = 0; round < 3; ++round) {
        BOOST_TEST(both.read_once().error.failed());
    }
    BOOST_TEST(both.write("x").failed());
}

BOOST_DATA_TEST_CASE(writes_go_on_behind_the_end_of_the_peers_stream, origins, how) {
    pair_of both(how);
    both.half_close();
    BOOST_TEST(both.read_once().bytes == "");
    BOOST_TEST(!both.write("answer"));
    BOOST_TEST(both.received(6) == "answer");
}

BOOST_DATA_TEST_CASE(a_deadline_ends_one_read_and_no_more, origins, how) {
    pair_of both(how);
    auto waiting = both.worker().begin(read_from(both.inner(), 64, both.soon()));
    both.let_time_pass();
    BOOST_TEST(transport_worker::outcome_of(waiting).error == asio::error::timed_out);
    both.send("late");
    BOOST_TEST(both.read(4) == "late");
    BOOST_TEST(!both.write("x"));
    BOOST_TEST(both.received(1) == "x");
}

BOOST_DATA_TEST_CASE(cancel_ends_what_waits_and_all_that_comes_later, origins, how) {
    pair_of both(how);
    auto waiting = both.worker().begin(read_from(both.inner(), 64, never));
    both.act([](auto& one) { one.cancel(); });
    BOOST_TEST(transport_worker::outcome_of(waiting).error == asio::error::operation_aborted);
    both.send("x");
    both.unread("y");
    BOOST_TEST(both.read_once().error == asio::error::operation_aborted);
    BOOST_TEST(both.write("z") == asio::error::operation_aborted);
    BOOST_TEST(both.write("") == asio::error::operation_aborted);
    BOOST_TEST(!both.is_empty());
}

BOOST_DATA_TEST_CASE(writing_nothing_is_done_at_once, origins, how) {
    pair_of both(how);
    BOOST_TEST(!both.write(""));
    BOOST_TEST(!both.write("x"));
    BOOST_TEST(both.received(1) == "x");
}

BOOST_DATA_TEST_CASE(a_move_leaves_nothing_behind_and_takes_all_with_it, origins, how) {
    pair_of both(how);
    const auto expected = both.outer_address();
    both.send("b");
    both.unread("a");
    both.act([&](auto& one) {
        platform::connection moved(std::move(one));
        BOOST_TEST(!one);                               // NOLINT: what a move leaves is promised
        BOOST_TEST(one.peer() == platform::endpoint{}); // NOLINT
        BOOST_TEST(moved.peer() == expected);
        one = std::move(moved);
        BOOST_TEST(!moved); // NOLINT
    });
    BOOST_TEST(both.read(2) == "ab");
}

BOOST_DATA_TEST_CASE(moving_to_a_connection_closes_what_it_held, origins, how) {
    pair_of both(how);
    both.act([](auto& one) { one = platform::connection(); });
    BOOST_TEST(both.is_empty());
    BOOST_TEST(both.end() == stream_end::orderly);
}

BOOST_DATA_TEST_CASE(a_connection_may_be_moved_while_a_read_waits, origins, how) {
    pair_of both(how);
    auto waiting = both.worker().begin(read_from(both.inner(), 64, never));
    both.act([](auto& one) {
        platform::connection moved(std::move(one));
        one = std::move(moved);
        one.cancel();
    });
    BOOST_TEST(transport_worker::outcome_of(waiting).error == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_SUITE_END()
