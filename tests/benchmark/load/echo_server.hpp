// A server that answers every byte with the same byte and closes at the end of the stream. It may
// write each answer in several pieces, with Nagle's algorithm on, as many a program does.
#pragma once

#include "tests/benchmark/load/event_loop.hpp"

#include <memory>
#include <string>
#include <vector>

namespace load {

class echo_server final : public endpoint {
public:
    echo_server(event_loop& loop, std::uint16_t port, std::size_t pieces = 1);
    ~echo_server() override;

    void ready(std::uint32_t events) override;

    std::size_t open() const { return open_; }
    std::uint64_t accepted() const { return accepted_; }
    std::uint64_t echoed_bytes() const { return echoed_bytes_; }

private:
    class session;
    void forget(std::size_t slot);

    event_loop& loop_;
    std::size_t pieces_;
    descriptor listener_;
    std::vector<std::unique_ptr<session>> sessions_; ///< by descriptor number
    std::size_t open_ = 0;
    std::uint64_t accepted_ = 0;
    std::uint64_t echoed_bytes_ = 0;
};

} // namespace load
