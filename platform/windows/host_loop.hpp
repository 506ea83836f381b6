// The thread of a host: it hears of requests and of the end of the program. Console and service
// manager have it in common.
#pragma once

#include "platform/host.hpp"

#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
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

/// Where requests go that the system makes on a thread of its own, with nothing but the request.
class request_box {
public:
    void open(std::shared_ptr<host_loop> loop, const hosted_program& program) {
        const std::lock_guard lock(mutex_);
        loop_ = std::move(loop);
        program_ = &program;
    }
    void close() {
        const std::lock_guard lock(mutex_);
        loop_.reset();
    }
    /// Posts `act(loop, program)` to the loop; false = there is none. One that comes before the
    /// loop runs waits in it.
    template <typename Act> bool post(Act act) {
        const std::lock_guard lock(mutex_);
        if (!loop_) {
            return false;
        }
        boost::asio::post(loop_->context,
                          [loop = loop_.get(), program = program_, act] { act(*loop, *program); });
        return true;
    }

private:
    std::mutex mutex_;
    std::shared_ptr<host_loop> loop_;
    const hosted_program* program_ = nullptr;
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
