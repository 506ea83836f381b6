// Many open sessions, of which some exchange messages while the others are idle.
#pragma once

#include "tests/benchmark/load/echo_server.hpp"
#include "tests/benchmark/load/trip_client.hpp"
#include "tests/benchmark/load/work.hpp"

#include <deque>
#include <vector>

namespace load {

class session_set final : public trip_owner {
public:
    session_set(event_loop& loop, const options& settings);

    /// Opens all sessions, each with one round trip, a bounded number at a time.
    void open_all();

    /// Lets `count` sessions, spread over all, talk for the time and adds what it cost under
    /// `prefix`.
    void measure(std::size_t count, const std::string& prefix, numbers& found);

    /// Closes all sessions and throws failure unless the server saw every byte and every end.
    void close_all();

    void answered(trip_client& client) override;

private:
    void open_next();
    void wait_for_answers();
    void end_of_wave(std::size_t count);
    void add_latencies(const std::string& prefix, numbers& found);

    event_loop& loop_;
    const options& settings_;
    echo_server server_;
    std::deque<trip_client> clients_;
    std::size_t opened_ = 0;
    std::size_t established_ = 0;
    std::size_t waiting_ = 0;
    bool talking_ = false;
    std::uint64_t trips_ = 0;
    std::vector<std::uint32_t> latencies_ns_;
};

} // namespace load
