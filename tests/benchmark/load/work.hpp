// The kinds of work that the load generator does, what they are told and what they answer.
#pragma once

#include "tests/benchmark/load/probes.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
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
    std::size_t pieces = 1;         ///< writes in which the server sends an answer
    bool to_client = false;         ///< bulk: the direction
    std::chrono::milliseconds warm_up{40};
    std::chrono::milliseconds measure{120};
    std::chrono::seconds limit{60}; ///< one slice, or the beginning or the end, takes no longer
    probes watched;
};

/// Named numbers, in the order in which they were found.
using numbers = std::vector<std::pair<std::string, double>>;

/// One kind of work, done in slices between which nothing happens, so that several proxies can be
/// measured in turn. Everything throws failure if a byte, a connection or an end of stream was
/// lost.
class work {
public:
    work() = default;
    work(const work&) = delete;
    work& operator=(const work&) = delete;
    virtual ~work() = default;

    /// Opens what stays open over the slices.
    virtual void begin(numbers&) {}

    /// Works for the time of the warm-up, then measures, then comes to rest. `part` tells kinds of
    /// slices apart where the work has several.
    virtual void slice(const std::string& part, numbers& found) = 0;

    /// Closes everything and checks that all of it came through.
    virtual void finish() {}
};

/// Adds what a stretch cost: seconds, CPU of the proxy per unit and the load of both in percent.
void add_cost(numbers& found, const std::string& prefix, const cost& spent, double units);

std::unique_ptr<work> make_bulk(event_loop& loop, const options& settings);
std::unique_ptr<work> make_connect(event_loop& loop, const options& settings);
std::unique_ptr<work> make_trips(event_loop& loop, const options& settings);
std::unique_ptr<work> make_sessions(event_loop& loop, const options& settings);
std::unique_ptr<work> make_half_close(event_loop& loop, const options& settings);

} // namespace load
