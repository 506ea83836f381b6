// The thread of a host: it hears of requests and of the end of the program. Daemon, console and
// service manager have it in common.
#pragma once

#include "platform/host.hpp"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace plug::platform {

/// Shared with the `finished` function, which another thread may still be inside of when the host
/// goes.
struct host_loop {
    boost::asio::io_context context{1};
    int exit_code = 0;
    bool stop_requested = false;
};

/// The first request to stop drains, a second one ends at once.
inline void request_stop(host_loop& loop, const hosted_program& program) {
    if (std::exchange(loop.stop_requested, true)) {
        program.stop_now();
    } else {
        program.drain();
    }
}

inline outcome start_program(const hosted_program& program, const std::shared_ptr<host_loop>& loop,
                             int failure_exit_code) {
    try {
        return program.start([loop](int exit_code) {
            boost::asio::post(loop->context, [state = loop.get(), exit_code] {
                state->exit_code = exit_code;
                state->context.stop();
            });
        });
    } catch (const std::exception& error) {
        return {failure_exit_code, std::string("cannot start: ") + error.what()};
    }
}

} // namespace plug::platform
