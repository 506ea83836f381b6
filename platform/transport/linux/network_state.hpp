// The transport's state of one worker.
#pragma once

#include "platform/transport/linux/event_loop.hpp"
#include "platform/transport/linux/pipe_cache.hpp"
#include "platform/transport/outgoing_ports.hpp"

namespace plug::platform {

struct network::state {
    state(asio::io_context& context, network_options wanted);

    /// Size of the one buffer that everything of this worker is read into.
    static constexpr std::size_t buffer_size = std::size_t{256} * 1024;

    network_options options;
    pipe_cache pipes;
    outgoing_ports ports;
    std::unique_ptr<char[]> buffer;
    /// The last, and so the first to go: it lets go of relays that hold pipes.
    event_loop loop;
};

} // namespace plug::platform
