// A client connection that sends a message and compares the answer, as often as its owner wants.
#pragma once

#include "tests/benchmark/load/event_loop.hpp"

#include <cstdint>

namespace load {

class trip_client;

/// Decides what a client does next.
class trip_owner {
public:
    virtual ~trip_owner() = default;
    /// The whole answer has come and was right.
    virtual void answered(trip_client& client) = 0;
};

class trip_client final : public endpoint {
public:
    trip_client(event_loop& loop, trip_owner& owner, std::uint64_t number,
                std::size_t message_bytes);

    /// Connects; the first message goes out as soon as the connection stands.
    void open(std::uint16_t port);
    void close() { socket_.close(); }
    void start_trip();

    bool waiting() const { return waiting_; }
    clock::time_point began() const { return began_; }
    std::uint64_t trips() const { return trips_; }

    void ready(std::uint32_t events) override;

private:
    std::uint64_t offset() const;
    void send_rest();
    void receive();
    [[noreturn]] void lost(const std::string& what) const;

    event_loop& loop_;
    trip_owner& owner_;
    std::uint64_t number_;
    std::size_t message_bytes_;
    descriptor socket_;
    bool connected_ = false;
    bool waiting_ = false;
    std::size_t sent_ = 0;
    std::size_t received_ = 0;
    std::uint64_t trips_ = 0;
    clock::time_point began_;
};

} // namespace load
