// The connect of the Linux transport: a socket with its options, from a port that is free.
#pragma once

#include "platform/linux/descriptor.hpp"
#include "platform/transport/outgoing_ports.hpp"
#include "platform/transport/transport.hpp"

namespace plug::platform {

/// Opens a socket and starts to connect it. `error` is none, in_progress, or why it failed.
descriptor connect_outgoing(outgoing_ports& ports, const endpoint& target,
                            const connect_options& options, error_code& error);

} // namespace plug::platform
