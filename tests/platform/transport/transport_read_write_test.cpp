// Reading, writing, and giving back what was read too far.
#include "tests/support/net/pattern.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

/// What one read gives, as text.
task<std::string> read_once(platform::connection& from, std::size_t most) {
    std::string buffer(most, ' ');
    const auto read = co_await from.read_some(asio::buffer(buffer), safety_net());
    buffer.resize(read.bytes);
    if (read.error)
        buffer = "error: " + read.error.message();
    co_return buffer;
}

task<std::string> read_to_end(platform::connection& from, std::size_t portion) {
    std::string all;
    for (;;) {
        const std::string some = co_await read_once(from, portion);
        if (some.empty())
            co_return all;
        all += some;
    }
}

task<platform::connection> accept_one(platform::acceptor& from) {
    auto next = co_await from.accept();
    co_return std::move(next.client);
}

task<error_code> write_all(platform::connection& to, std::string bytes) {
    co_return co_await to.write(asio::buffer(bytes), safety_net());
}

task<std::string> read_and_write(platform::connection& both, std::string bytes) {
    std::string got;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        co_await both.write(asio::buffer(&bytes[i], 1), safety_net());
        got += co_await read_once(both, 1);
    }
    co_return got;
}

struct joined_worker : accepting_worker {
    joined_connection joined = connect_in(*this, acceptor());
    ~joined_worker() { stop(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_read_write)

BOOST_AUTO_TEST_CASE(a_read_gives_what_is_there_and_no_more_than_was_asked) {
    joined_worker worker;
    worker.joined.outer.send("abcdef");
    BOOST_TEST(worker.run(read_once(*worker.joined.inner, 4)) == "abcd");
    BOOST_TEST(worker.run(read_once(*worker.joined.inner, 4)) == "ef");
}

BOOST_AUTO_TEST_CASE(a_read_waits_for_the_first_byte) {
    joined_worker worker;
    for (int i = 0; i < 50; ++i) {
        auto reading = worker.begin(read_once(*worker.joined.inner, 64));
        worker.joined.outer.send("x");
        BOOST_TEST(transport_worker::outcome_of(reading) == "x");
    }
}

BOOST_AUTO_TEST_CASE(an_end_that_comes_with_the_data_is_seen) {
    joined_worker worker;
    worker.joined.outer.send("last words");
    worker.joined.outer.half_close();
    BOOST_TEST(worker.run(read_to_end(*worker.joined.inner, 64)) == "last words");
}

BOOST_AUTO_TEST_CASE(everything_is_read_whatever_the_portions) {
    for (const std::size_t portion : {std::size_t{1}, std::size_t{1000}, std::size_t{300'000}}) {
        const std::string sent = pattern(1, 0, portion == 1 ? 10'000 : 100'000);
        joined_worker worker;
        worker.joined.outer.send(sent);
        worker.joined.outer.close();
        BOOST_TEST((worker.run(read_to_end(*worker.joined.inner, portion)) == sent));
    }
}

BOOST_AUTO_TEST_CASE(a_reset_is_an_error_and_no_end) {
    joined_worker worker;
    worker.joined.outer.reset();
    std::string buffer(64, ' ');
    const auto read =
        worker.run(worker.joined.inner->read_some(asio::buffer(buffer), safety_net()));
    BOOST_TEST(read.error == asio::error::connection_reset);
}

BOOST_AUTO_TEST_CASE(a_large_write_ends_when_all_was_taken) {
    joined_worker worker;
    constexpr std::size_t total = 20'000'000;
    auto writing = worker.begin(write_all(*worker.joined.inner, pattern(2, 0, total)));
    BOOST_CHECK_NO_THROW(receive_pattern(worker.joined.outer, 2, total));
    BOOST_TEST(transport_worker::outcome_of(writing) == error_code{});
}

BOOST_AUTO_TEST_CASE(a_write_to_a_peer_that_has_gone_is_an_error) {
    joined_worker worker;
    worker.joined.outer.reset();
    BOOST_TEST(worker.run(read_once(*worker.joined.inner, 1)).starts_with("error"));
    BOOST_TEST(worker.run(write_all(*worker.joined.inner, "x")).failed());
}

BOOST_AUTO_TEST_CASE(one_coroutine_reads_and_writes_in_turn) {
    auto worker = std::make_unique<joined_worker>();
    auto done = worker->begin(read_and_write(*worker->joined.inner, "question"));
    for (const char answer : std::string("response")) {
        BOOST_TEST(worker->joined.outer.receive(1).size() == 1U);
        worker->joined.outer.send(std::string(1, answer));
    }
    BOOST_TEST(transport_worker::outcome_of(done) == "response");
}

BOOST_AUTO_TEST_CASE(urgent_bytes_are_bytes_of_the_stream_both_ways) {
    joined_worker worker;
    worker.joined.outer.send("abc");
    worker.joined.outer.send_urgent('!');
    worker.joined.outer.send("def");
    worker.joined.outer.half_close();
    BOOST_TEST(worker.run(read_to_end(*worker.joined.inner, 64)) == "abc!def");

    for (const std::string before : {"", "abc"}) {
        auto out = connect_out(worker);
        out.outer.send(before);
        out.outer.send_urgent('?');
        out.outer.send("ghi");
        out.outer.half_close();
        BOOST_TEST(worker.run(read_to_end(*out.inner, 64)) == before + "?ghi");
    }
    worker.stop();
}

// Until a system is told otherwise it keeps one urgent byte apart from the stream, and loses it
// when the next one comes.
BOOST_AUTO_TEST_CASE(no_urgent_byte_of_many_is_lost_that_come_before_the_first_read) {
    accepting_worker worker;
    const auto speak = [](stream& outer) {
        for (const char byte : std::string("1234"))
            outer.send_urgent(byte);
        outer.send("rest");
        outer.half_close();
    };
    auto out = connect_out(worker);
    speak(out.outer);
    BOOST_TEST(worker.run(read_to_end(*out.inner, 64)) == "1234rest");

    auto client = stream::connect("127.0.0.1", worker.port());
    speak(client);
    auto accepted = worker.run(accept_one(worker.acceptor()));
    BOOST_TEST(worker.run(read_to_end(accepted, 64)) == "1234rest");
    worker.stop();
}

BOOST_AUTO_TEST_CASE(what_was_unread_is_read_first) {
    joined_worker worker;
    worker.joined.outer.send("second");
    worker.joined.outer.half_close();
    worker.call([&] { worker.joined.inner->unread("first "); });
    BOOST_TEST(worker.run(read_once(*worker.joined.inner, 3)) == "fir");
    BOOST_TEST(worker.run(read_to_end(*worker.joined.inner, 64)) == "st second");
}

BOOST_AUTO_TEST_CASE(unreading_nothing_changes_nothing) {
    joined_worker worker;
    worker.call([&] { worker.joined.inner->unread(""); });
    worker.joined.outer.send("x");
    BOOST_TEST(worker.run(read_once(*worker.joined.inner, 64)) == "x");
}

BOOST_AUTO_TEST_CASE(a_close_delivers_what_was_written) {
    joined_worker worker;
    auto& both = worker.joined;
    BOOST_TEST(worker.run(write_all(*both.inner, "goodbye")) == error_code{});
    worker.call([&] { both.inner->close(); });
    BOOST_TEST(!*both.inner);
    const auto got = both.outer.receive_to_end();
    BOOST_TEST(got.bytes == "goodbye");
    BOOST_TEST(got.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(a_reset_is_seen_as_one_by_the_peer) {
    joined_worker worker;
    worker.call([&] { worker.joined.inner->reset(); });
    BOOST_TEST(!*worker.joined.inner);
    BOOST_TEST(worker.joined.outer.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(a_moved_connection_goes_on) {
    joined_worker worker;
    platform::connection moved;
    worker.call([&] { moved = std::move(*worker.joined.inner); });
    BOOST_TEST(!*worker.joined.inner);
    worker.joined.outer.send("x");
    BOOST_TEST(worker.run(read_once(moved, 64)) == "x");
    worker.stop();
}

BOOST_AUTO_TEST_SUITE_END()
