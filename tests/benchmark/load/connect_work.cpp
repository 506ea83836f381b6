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
        stopping_ = false;
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

class connect_work final : public work {
public:
    connect_work(event_loop& loop, const options& settings)
        : loop_(loop), settings_(settings), server_(loop, settings.listen_port, settings.pieces),
          clients_(loop, settings) {}

    void slice(const std::string&, numbers& found) override {
        clients_.open_all();
        loop_.run_until(clock::now() + settings_.warm_up);
        const std::uint64_t before = clients_.finished();
        const stretch measuring(settings_.watched);
        loop_.run_until(clock::now() + settings_.measure);
        const cost spent = measuring.finish();
        const auto connections = static_cast<double>(clients_.finished() - before);
        come_to_rest();
        found.emplace_back("connections_per_s", connections / spent.seconds);
        add_cost(found, "", spent, connections);
    }

private:
    void come_to_rest() {
        clients_.stop();
        if (!loop_.run_until(clock::now() + std::chrono::seconds(10),
                             [&] { return clients_.open_now() == 0 && server_.open() == 0; })) {
            throw failure(std::to_string(server_.open()) + " connections never reached their end");
        }
        check_totals(server_, clients_, settings_);
    }

    event_loop& loop_;
    const options& settings_;
    echo_server server_;
    reconnecting clients_;
};

} // namespace

std::unique_ptr<work> make_connect(event_loop& loop, const options& settings) {
    return std::make_unique<connect_work>(loop, settings);
}

} // namespace load
