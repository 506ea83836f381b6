// Listening and accepting.
#include "tests/support/net/pattern.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <set>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

task<std::vector<platform::connection>> accept_many(platform::acceptor& from, std::size_t count) {
    std::vector<platform::connection> accepted;
    while (accepted.size() < count) {
        auto next = co_await from.accept();
        if (next.error)
            break;
        accepted.push_back(std::move(next.client));
    }
    co_return accepted;
}

/// All that the next client sends.
task<std::string> accept_and_read(platform::acceptor& from) {
    auto next = co_await from.accept();
    std::string all;
    std::array<char, 1000> buffer;
    while (!next.error) {
        const auto got = co_await next.client.read_some(asio::buffer(buffer), safety_net());
        if (got.error || got.bytes == 0)
            break;
        all.append(buffer.data(), got.bytes);
    }
    co_return all;
}

/// Notes how many clients had been accepted when a connect ended.
class noted_connect final : public platform::connect_observer {
public:
    explicit noted_connect(const std::size_t& accepted) : accepted_(accepted) {}
    void connect_ended(error_code) noexcept override { noted_ = accepted_; }
    [[nodiscard]] std::optional<std::size_t> noted() const { return noted_; }

private:
    const std::size_t& accepted_;
    std::optional<std::size_t> noted_;
};

/// Accepts so many clients, and connects somewhere when the first has come.
task<std::size_t> accepted_when_connected(accepting_worker& worker, std::size_t count,
                                          platform::endpoint target) {
    auto& network = worker.network();
    std::size_t accepted = 0;
    std::vector<platform::connection> clients;
    platform::connection made;
    noted_connect observer(accepted);
    while (accepted < count) {
        auto next = co_await worker.acceptor().accept();
        if (next.error)
            break;
        clients.push_back(std::move(next.client));
        if (++accepted == 1)
            made.connect(network, target, {}, safety_net(), observer);
    }
    while (!observer.noted())
        co_await network.sleep_until(network.now() + 1ms);
    co_return *observer.noted();
}

error_code listen_again(const platform::endpoint& address,
                        const platform::listen_options& options = {}) {
    transport_worker first;
    transport_worker second;
    platform::network* const workers[] = {&first.network(), &second.network()};
    error_code error;
    const auto opened = platform::open_acceptors(address, options, workers, error);
    BOOST_TEST(opened.empty() == error.failed());
    return error;
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport_accept)

BOOST_AUTO_TEST_CASE(a_client_comes_with_its_address) {
    accepting_worker worker;
    const auto joined = connect_in(worker, worker.acceptor());
    const auto peer = joined.inner->peer();
    BOOST_TEST(peer.address().to_string() == "127.0.0.1");
    BOOST_TEST(peer.port() == joined.outer.local_port());
}

BOOST_AUTO_TEST_CASE(what_a_client_sent_before_it_was_accepted_is_read_in_order) {
    accepting_worker worker;
    for (const std::size_t size : {0, 1, 64, 4096, 4097, 100'000}) {
        auto client = stream::connect("127.0.0.1", worker.port());
        client.send(pattern(3, 0, size));
        client.half_close();
        BOOST_TEST((worker.run(accept_and_read(worker.acceptor())) == pattern(3, 0, size)));
    }
}

BOOST_AUTO_TEST_CASE(a_client_whose_bytes_nobody_read_is_reset) {
    accepting_worker worker;
    auto silent = stream::connect("127.0.0.1", worker.port());
    auto speaks = stream::connect("127.0.0.1", worker.port());
    speaks.send("question");
    auto accepted = worker.run(accept_many(worker.acceptor(), 2));
    worker.call([&] { accepted.clear(); });
    BOOST_TEST(silent.receive_to_end().end == stream_end::orderly);
    BOOST_TEST(speaks.receive_to_end().end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(every_client_of_a_burst_is_accepted_once) {
    accepting_worker worker;
    std::vector<stream> clients;
    std::multiset<std::uint16_t> connected;
    for (int i = 0; i < 200; ++i) {
        clients.push_back(stream::connect("127.0.0.1", worker.port()));
        connected.insert(clients.back().local_port());
    }
    const auto accepted = worker.run(accept_many(worker.acceptor(), clients.size()));
    std::multiset<std::uint16_t> seen;
    for (const auto& each : accepted)
        seen.insert(each.peer().port());
    BOOST_TEST(seen == connected, boost::test_tools::per_element());
    worker.stop();
}

BOOST_AUTO_TEST_CASE(sessions_go_on_while_a_burst_is_accepted) {
    accepting_worker worker;
    const listener target;
    std::vector<stream> clients;
    for (int i = 0; i < 200; ++i)
        clients.push_back(stream::connect("127.0.0.1", worker.port()));
    const platform::endpoint address{asio::ip::address_v4::loopback(), target.port()};
    BOOST_TEST(worker.run(accepted_when_connected(worker, clients.size(), address)) <
               clients.size());
    worker.stop();
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_while_accept_waits_is_accepted) {
    accepting_worker worker;
    std::vector<std::vector<platform::connection>> accepted;
    for (int i = 0; i < 20; ++i) {
        auto waiting = worker.begin(accept_many(worker.acceptor(), 1));
        const auto client = stream::connect("127.0.0.1", worker.port());
        accepted.push_back(transport_worker::outcome_of(waiting));
        BOOST_TEST(accepted.back().front().peer().port() == client.local_port());
    }
    worker.stop();
}

BOOST_AUTO_TEST_CASE(a_port_that_the_system_chooses_is_told) {
    const accepting_worker worker;
    BOOST_TEST(worker.port() != 0);
    BOOST_TEST(listening_sockets(worker.port()) == 1U);
}

BOOST_AUTO_TEST_CASE(a_port_on_which_another_listens_is_refused) {
    const listener other;
    BOOST_TEST(listen_again({asio::ip::address_v4::loopback(), other.port()}) ==
               asio::error::address_in_use);
    BOOST_TEST(listen_again({asio::ip::address_v4::any(), other.port()}) ==
               asio::error::address_in_use);
}

BOOST_AUTO_TEST_CASE(a_port_on_which_another_transport_listens_is_refused) {
    transport_worker first;
    transport_worker second;
    platform::network* const workers[] = {&first.network(), &second.network()};
    error_code error;
    const auto placed =
        platform::open_acceptors({asio::ip::address_v4::loopback(), 0}, {}, workers, error);
    BOOST_REQUIRE(!error);
    BOOST_TEST(listen_again(placed.front().socket.local()) == asio::error::address_in_use);
}

BOOST_AUTO_TEST_CASE(a_port_is_free_again_while_its_old_connections_linger) {
    platform::endpoint address;
    {
        accepting_worker worker;
        address = worker.acceptor().local();
        auto joined = connect_in(worker, worker.acceptor());
        worker.call([&] { joined.inner->close(); });
        BOOST_TEST(joined.outer.receive_to_end().end == stream_end::orderly);
        joined.outer.close(); // the side that closed first waits on in TIME_WAIT
    }
    BOOST_TEST(listen_again(address) == error_code{});
}

BOOST_AUTO_TEST_CASE(the_ipv6_wildcard_serves_both_families_only_where_that_is_asked) {
    for (const bool both : {false, true}) {
        transport_worker worker;
        platform::network* const workers[] = {&worker.network()};
        error_code error;
        platform::listen_options options;
        options.dual_stack = both;
        auto placed =
            platform::open_acceptors({asio::ip::address_v6::any(), 0}, options, workers, error);
        BOOST_REQUIRE(!error);
        worker.start();
        const auto port = placed.front().socket.local().port();
        const auto client6 = stream::connect("::1", port);
        if (both) {
            BOOST_CHECK_NO_THROW((void)stream::connect("127.0.0.1", port));
        } else {
            BOOST_CHECK_THROW((void)stream::connect("127.0.0.1", port), std::exception);
        }
        worker.stop();
    }
}

BOOST_AUTO_TEST_CASE(accepted_sockets_are_kept_alive_where_that_is_asked,
                     *boost::unit_test::precondition(can_tell_keepalive)) {
    for (const bool wanted : {false, true}) {
        transport_worker worker;
        platform::network* const workers[] = {&worker.network()};
        error_code error;
        platform::listen_options options;
        options.keepalive = wanted;
        auto placed = platform::open_acceptors({asio::ip::address_v4::loopback(), 0}, options,
                                               workers, error);
        BOOST_REQUIRE(!error);
        worker.start();
        auto& acceptor = placed.front().socket;
        const auto joined = connect_in(worker, acceptor);
        BOOST_TEST(keepalive_runs(acceptor.local().port(), joined.outer.local_port()) == wanted);
        worker.stop();
    }
}

BOOST_AUTO_TEST_SUITE_END()
