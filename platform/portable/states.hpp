// What stands behind the handles of platform/transport.hpp in the portable body: Asio's sockets.
#pragma once

#include "platform/outgoing_ports.hpp"
#include "platform/portable/deadline_list.hpp"
#include "platform/socket_state.hpp"
#include "platform/transport.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>

#include <string>

namespace plug::platform {

using tcp = asio::ip::tcp;
using stream_socket = asio::basic_stream_socket<tcp, executor>;

struct network::state {
    explicit state(asio::io_context& hosting) : context(hosting), deadlines(hosting) {}

    asio::io_context& context;
    deadline_list deadlines;
    outgoing_ports ports;
};

struct connection::state {
    state(network::state& owner, stream_socket opened) : net(owner), socket(std::move(opened)) {}

    task<read_result> read_some(asio::mutable_buffer buffer, clock::time_point deadline);
    task<error_code> write(asio::const_buffer buffer, clock::time_point deadline);

    /// Ends what waits on the socket; later operations start as usual.
    void interrupt() noexcept;

    network::state& net;
    stream_socket socket;
    endpoint peer;
    std::string unread;
    bool cancelled = false;
    /// By write(), so far.
    written_bytes written;
    /// How often interrupt() was called.
    std::uint32_t interruptions = 0;
    /// Where a write notes when the peer has taken a part of it; null = nowhere.
    clock::time_point* progressed = nullptr;
};

/// Small writes go out at once, and urgent bytes are ordinary bytes of the stream.
void set_session_options(stream_socket& socket, bool keepalive) noexcept;

} // namespace plug::platform
