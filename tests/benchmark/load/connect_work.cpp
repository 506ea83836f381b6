// Connections that each carry one message and its answer: connect, 64 bytes each way, close.
#include "tests/benchmark/load/echo_server.hpp"
#include "tests/benchmark/load/trip_client.hpp"
#include "tests/benchmark/load/work.hpp"

#include <deque>

namespace load {
namespace {

class reconnecting final : public trip_owner {
public:
    reconnecting(event_loop& loop, const options& settings) : port_(settings.connect_port) {
        for (std::size_t number = 0; number < settings.connections; ++number) {
            clients_.emplace_back(loop, *this, number, settings.message_bytes);
        }
    }

    void open_all() {
        for (trip_client& client : clients_) {
            open(client);
        }
    }

    void answered(trip_client& client) override {
        client.close();
        --open_;
        ++finished_;
        if (!stopping_) {
            open(client);
        }
    }

    void stop() { stopping_ = true; }
    std::size_t open_now() const { return open_; }
    std::uint64_t finished() const { return finished_; }

private:
    void open(trip_client& client) {
        ++open_;
        client.open(port_);
    }

    std::uint16_t port_;
    std::deque<trip_client> clients_;
    std::size_t open_ = 0;
    std::uint64_t finished_ = 0;
    bool stopping_ = false;
};

void check_totals(const echo_server& server, const reconnecting& clients, const options& settings) {
    if (server.accepted() != clients.finished()) {
        throw failure("the clients finished " + std::to_string(clients.finished()) +
                      " connections, the server saw " + std::to_string(server.accepted()));
    }
    if (server.echoed_bytes() != clients.finished() * settings.message_bytes) {
        throw failure("the server echoed " + std::to_string(server.echoed_bytes()) + " bytes for " +
                      std::to_string(clients.finished()) + " connections");
    }
}

} // namespace

numbers run_connect(const options& settings) {
    event_loop loop(clock::now() + settings.limit);
    echo_server server(loop, settings.listen_port);
    reconnecting clients(loop, settings);
    clients.open_all();
    loop.run_until(clock::now() + settings.warm_up);

    const std::uint64_t before = clients.finished();
    const stretch measuring(settings.watched);
    loop.run_until(clock::now() + settings.measure);
    const cost spent = measuring.finish();
    const auto connections = static_cast<double>(clients.finished() - before);

    clients.stop();
    if (!loop.run_until(clock::now() + std::chrono::seconds(10),
                        [&] { return clients.open_now() == 0 && server.open() == 0; })) {
        throw failure(std::to_string(server.open()) + " connections never reached their end");
    }
    check_totals(server, clients, settings);

    numbers found{{"connections_per_s", connections / spent.seconds}};
    add_cost(found, "", spent, connections);
    return found;
}

} // namespace load
