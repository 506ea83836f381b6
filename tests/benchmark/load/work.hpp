// The kinds of work that the load generator does, what they are told and what they answer.
#pragma once

#include "tests/benchmark/load/probes.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace load {

struct options {
    std::string work;               ///< bulk, connect, trips, sessions or half-close
    std::uint16_t listen_port = 0;  ///< where the load generator serves, behind the proxy
    std::uint16_t connect_port = 0; ///< where it connects: the proxy, or itself without one
    std::size_t connections = 1;    ///< streams, connections at once or sessions
    std::size_t active = 64;        ///< sessions: how many talk while the others are idle
    std::size_t message_bytes = 64; ///< bytes each way in a round trip
    bool to_client = false;         ///< bulk: the direction
    std::chrono::milliseconds warm_up{200};
    std::chrono::milliseconds measure{1000};
    std::chrono::seconds limit{60}; ///< the whole work ends by then
    probes watched;
};

/// Named numbers, in the order in which they were found.
using numbers = std::vector<std::pair<std::string, double>>;

/// Adds what a stretch cost: seconds, CPU of the proxy per unit and the load of both in percent.
void add_cost(numbers& found, const std::string& prefix, const cost& spent, double units);

// Each throws failure if a byte, a connection or an end of stream was lost.
numbers run_bulk(const options& settings);
numbers run_connect(const options& settings);
numbers run_trips(const options& settings);
numbers run_sessions(const options& settings);
numbers run_half_close(const options& settings);

} // namespace load
