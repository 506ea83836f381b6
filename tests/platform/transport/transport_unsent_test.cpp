// What is on its way to a peer that does not take it yet.
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace platform = plug::platform;
using platform::side;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;
/// More than what a receiver with a small buffer has acknowledged.
constexpr std::size_t most_taken_unread = megabyte / 2;

struct relaying : relayed_session {
    explicit relaying(const stream_options& client_options = {})
        : relayed_session({}, client_options) {
        relay();
    }
};

stream_options narrow() {
    stream_options options;
    options.receive_buffer = 4096;
    return options;
}

bool nothing_stays_unsent(relaying& session, side receiver) {
    return eventually([&] { return session.unsent_to(receiver) == 0; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport_unsent)

BOOST_AUTO_TEST_CASE(nothing_is_unsent_without_a_socket_nor_before_the_first_byte) {
    BOOST_TEST(platform::connection{}.unsent() == 0U);
    relaying session;
    BOOST_TEST(session.unsent_to(side::client) == 0U);
    BOOST_TEST(session.unsent_to(side::target) == 0U);
}

BOOST_DATA_TEST_CASE(bytes_that_have_arrived_are_not_unsent, data::make({true, false}), to_target) {
    relaying session;
    auto& from = to_target ? session.client : session.target;
    auto& to = to_target ? session.target : session.client;
    from.send("some bytes");
    BOOST_TEST(to.receive(10) == "some bytes");
    BOOST_TEST(nothing_stays_unsent(session, to_target ? side::target : side::client));
}

// Bytes of the relay count, in a pipe or in a buffer, and so do those in the buffer of the system.
BOOST_AUTO_TEST_CASE(all_that_a_client_has_not_acknowledged_is_unsent,
                     *boost::unit_test::precondition(knows_send_queues)) {
    relaying session{narrow()};
    const auto sent = session.target.send_until_blocked(100 * megabyte);
    const auto before = session.stats().from_target;
    const auto unsent = session.unsent_to(side::client);
    BOOST_TEST(before > 2 * most_taken_unread);
    BOOST_TEST(unsent + most_taken_unread > before);
    BOOST_TEST(unsent <= before);
    BOOST_TEST(session.unsent_to(side::target) == 0U);
    std::size_t received = 0;
    while (received < sent)
        received += session.client.receive_some().size();
    BOOST_TEST(received == sent);
    BOOST_TEST(nothing_stays_unsent(session, side::client));
}

BOOST_DATA_TEST_CASE(what_is_unsent_shrinks_while_the_receiver_reads, data::make({true, false}),
                     to_target) {
    relaying session;
    auto& from = to_target ? session.client : session.target;
    auto& to = to_target ? session.target : session.client;
    const auto receiver = to_target ? side::target : side::client;
    const auto sent = from.send_until_blocked(100 * megabyte);
    const auto at_first = session.unsent_to(receiver);
    BOOST_TEST(at_first > 0U);
    BOOST_TEST(session.unsent_to(receiver) == at_first); // nothing is read
    std::size_t received = 0;
    while (received < sent)
        received += to.receive_some().size();
    BOOST_TEST(nothing_stays_unsent(session, receiver));
}

BOOST_AUTO_TEST_SUITE_END()
