// Answers and requests that a peer whose Nagle's algorithm is on sends in two writes: the second
// one waits until the first has been acknowledged.
#include "tests/support/net/listener.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

using seconds = std::chrono::duration<double>;

void set_tcp_option(const stream& of, int name, int value) {
    BOOST_REQUIRE(::setsockopt(of.number(), IPPROTO_TCP, name, &value, sizeof value) == 0);
}

void send_in_two(stream& from, std::size_t size) {
    set_tcp_option(from, TCP_NODELAY, 0);
    from.send(std::string(size, '1'));
    from.send(std::string(size, '2'));
}

/// From the first byte of the client to the last one of the answer, on a connection that stays
/// open.
seconds first_exchange(stream client, listener& target, std::size_t size) {
    const auto began = std::chrono::steady_clock::now();
    client.send("request");
    auto at_target = target.accept();
    BOOST_REQUIRE(at_target.receive(7) == "request");
    send_in_two(at_target, size);
    BOOST_REQUIRE(client.receive(2 * size).size() == 2 * size);
    return std::chrono::steady_clock::now() - began;
}

/// The same with a request in two parts.
seconds first_request_in_two(stream client, listener& target, std::size_t size) {
    const auto began = std::chrono::steady_clock::now();
    send_in_two(client, size);
    auto at_target = target.accept();
    BOOST_REQUIRE(at_target.receive(2 * size).size() == 2 * size);
    return std::chrono::steady_clock::now() - began;
}

template <typename Exchange> seconds median_of(Exchange exchange) {
    std::vector<seconds> taken;
    for (int i = 0; i < 15; ++i)
        taken.push_back(exchange());
    std::ranges::sort(taken);
    return taken[taken.size() / 2];
}

/// What an exchange takes whose client acknowledges late, as the system does with one that is held
/// to be about to answer (tcp(7), TCP_QUICKACK).
seconds late_exchange(listener& target, std::size_t size) {
    auto client = stream::connect("127.0.0.1", target.port());
    set_tcp_option(client, TCP_QUICKACK, 0);
    return first_exchange(std::move(client), target, size);
}

} // namespace

BOOST_AUTO_TEST_SUITE(delayed_answers)

BOOST_DATA_TEST_CASE(a_first_answer_in_two_writes_is_acknowledged_at_once,
                     data::make({20, 400, 3000}), bytes) {
    const auto size = static_cast<std::size_t>(bytes);
    listener target;
    auto plug = start_plug({target.address()});
    const auto late = median_of([&] { return late_exchange(target, size); });
    const auto through = median_of([&] { return first_exchange(plug.connect(), target, size); });
    BOOST_TEST_MESSAGE(size << " bytes: " << through.count() << " s through the plug, "
                            << late.count() << " s directly where acknowledged late");
    BOOST_TEST(through.count() < late.count() / 2);
}

BOOST_AUTO_TEST_CASE(a_first_request_in_two_writes_is_acknowledged_at_once) {
    listener target;
    auto plug = start_plug({target.address()});
    const auto late = median_of([&] { return late_exchange(target, 20); });
    const auto through =
        median_of([&] { return first_request_in_two(plug.connect(), target, 20); });
    BOOST_TEST(through.count() < late.count() / 2);
}

BOOST_AUTO_TEST_SUITE_END()
