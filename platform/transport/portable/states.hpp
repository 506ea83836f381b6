// What stands behind the handles of platform/transport/transport.hpp in the portable body: Asio's
// sockets.
#pragma once

#include "platform/transport/outgoing_ports.hpp"
#include "platform/transport/portable/deadline_list.hpp"
#include "platform/transport/socket_state.hpp"
#include "platform/transport/transport.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>

#include <memory>
#include <string>

namespace plug::platform {

using tcp = asio::ip::tcp;
using stream_socket = asio::basic_stream_socket<tcp, executor>;

struct network::state {
    explicit state(asio::io_context& hosting) : context(hosting), deadlines(hosting) {}

    task<void> sleep_until(clock::time_point deadline);

    /// Of `buffer`.
    static constexpr std::size_t buffer_size = std::size_t{256} * 1024;

    asio::io_context& context;
    deadline_list deadlines;
    outgoing_ports ports;
    /// For what is read and written without waiting in between.
    std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(buffer_size);
    /// Tells coroutines that go with the io_context that this has gone before.
    std::shared_ptr<char> life = std::make_shared<char>();
};

struct connection::state {
    state(network::state& owner, stream_socket opened);
    ~state();

    task<read_result> read_some(asio::mutable_buffer buffer, clock::time_point deadline);
    task<error_code> write(asio::const_buffer buffer, clock::time_point deadline);

    /// Ends what waits on the socket; later operations start as usual.
    void interrupt() noexcept;

    network::state& net;
    stream_socket socket;
    endpoint peer;
    std::string unread;
    bool cancelled = false;
    /// A read has found the end of the stream, or a failure. Asio waits for ever where one is read
    /// again: the system does not report them twice.
    bool ended = false;
    bool lost = false;
    /// By write(), so far.
    written_bytes written;
    struct connecting;
    /// While connect() has an observer to tell.
    std::unique_ptr<connecting> connects;
    /// How often interrupt() was called.
    std::uint32_t interruptions = 0;
    /// Where a write notes when the peer has taken a part of it; null = nowhere.
    clock::time_point* progressed = nullptr;
};

/// Small writes go out at once, and urgent bytes are ordinary bytes of the stream.
void set_session_options(stream_socket& socket, bool keepalive) noexcept;

} // namespace plug::platform
