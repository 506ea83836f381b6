// Opening sockets: the options that the transport wants, in as few system calls as can be.
#pragma once

#include "platform/linux/descriptor.hpp"
#include "platform/transport/transport.hpp"

namespace plug::platform {

error_code set_option(const descriptor& socket, int level, int name, int value) noexcept;

/// A new socket with keepalive and a source address where they are asked for.
descriptor open_outgoing(const endpoint& target, const connect_options& options, error_code& error);

/// A socket bound to `address`, not yet listening. `shared` = others of this process that have
/// share_port() listen on the port too.
descriptor open_bound(const endpoint& address, const listen_options& options, bool shared,
                      error_code& error);

/// Sets on a socket that listens already what accepted ones inherit of it.
error_code set_inherited(const descriptor& listening, bool keepalive) noexcept;

/// Whether the sockets that are accepted on it have keepalive from now on.
void inherit_keepalive(const descriptor& listening, bool wanted) noexcept;

/// Lets later sockets of this process bind the port of `socket` too.
error_code share_port(const descriptor& socket);

/// Starts a connect; in_progress is no error.
error_code start_connect(const descriptor& socket, const endpoint& target) noexcept;

error_code listen_on(const descriptor& socket, int backlog) noexcept;

endpoint local_endpoint(const descriptor& socket) noexcept;

} // namespace plug::platform
