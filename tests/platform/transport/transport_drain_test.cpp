// Stopping to accept without losing anyone.
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

/// How accepting ended, and who came until then.
struct harvest {
    error_code end;
    std::vector<platform::connection> clients;
};

task<harvest> accept_all(platform::acceptor& from) {
    harvest all;
    for (;;) {
        auto next = co_await from.accept();
        all.end = next.error;
        if (next.error)
            co_return all;
        all.clients.push_back(std::move(next.client));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(transport_drain)

BOOST_AUTO_TEST_CASE(clients_in_the_queue_are_delivered_after_stop) {
    accepting_worker worker;
    std::vector<stream> clients;
    for (int i = 0; i < 50; ++i)
        clients.push_back(stream::connect("127.0.0.1", worker.port()));
    worker.call([&] { worker.acceptor().stop(); });
    {
        const auto all = worker.run(accept_all(worker.acceptor()));
        BOOST_TEST(all.end == asio::error::operation_aborted);
        BOOST_TEST(all.clients.size() == clients.size());
        worker.stop();
    }
    for (auto& each : clients)
        BOOST_TEST(each.receive_to_end().end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(stop_ends_an_accept_that_waits_and_closes_the_port) {
    accepting_worker worker;
    auto waiting = worker.begin(accept_all(worker.acceptor()));
    worker.call([] {});
    worker.call([&] { worker.acceptor().stop(); });
    BOOST_TEST(transport_worker::outcome_of(waiting).end == asio::error::operation_aborted);
    BOOST_TEST(listening_sockets(worker.port()) == 0U);
}

BOOST_AUTO_TEST_CASE(accept_after_the_end_ends_at_once) {
    accepting_worker worker;
    worker.call([&] { worker.acceptor().stop(); });
    for (int i = 0; i < 3; ++i) {
        const auto all = worker.run(accept_all(worker.acceptor()));
        BOOST_TEST(all.end == asio::error::operation_aborted);
        BOOST_TEST(all.clients.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_connection_outlives_its_listener) {
    accepting_worker worker;
    auto joined = connect_in(worker, worker.acceptor());
    worker.call([&] { worker.acceptor().stop(); });
    (void)worker.run(accept_all(worker.acceptor()));
    joined.outer.send("still here");
    std::string buffer(64, ' ');
    const auto read = worker.run(joined.inner->read_some(asio::buffer(buffer), safety_net()));
    BOOST_TEST(buffer.substr(0, read.bytes) == "still here");
}

BOOST_AUTO_TEST_CASE(a_network_that_a_handler_stops_does_not_sleep_first) {
    asio::io_context context{1};
    platform::network network(context);
    asio::post(context, [&network] { network.stop(); });
    auto ended = std::async(std::launch::async, [&network] { network.run(); });
    const bool has_ended = ended.wait_for(patience) == std::future_status::ready;
    BOOST_TEST(has_ended);
    if (!has_ended)
        network.stop();
}

BOOST_AUTO_TEST_CASE(a_network_that_was_stopped_before_it_runs_ends_at_once) {
    asio::io_context context{1};
    platform::network network(context);
    network.stop();
    auto ended = std::async(std::launch::async, [&network] { network.run(); });
    BOOST_TEST((ended.wait_for(patience) == std::future_status::ready));
}

BOOST_AUTO_TEST_SUITE_END()
