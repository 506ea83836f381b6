// A connect that tells an observer, made of one that is awaited: for transports in which coroutines
// are the cheaper way.
#pragma once

#include "platform/transport.hpp"

namespace plug::platform {

/// Awaits connection::connect() and tells `observer` of its end. Throws nothing.
inline task<void> connect_and_tell(connection& made, network& hosting, endpoint target,
                                   connect_options options, clock::time_point deadline,
                                   connect_observer& observer) {
    const auto error = co_await made.connect(hosting, target, options, deadline);
    observer.connect_ended(error);
}

} // namespace plug::platform
