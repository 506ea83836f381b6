// Requests of the system on their way to the host's thread. Console and service manager have it in
// common.
#pragma once

#include "platform/host_loop.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>

namespace plug::platform {

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

} // namespace plug::platform
