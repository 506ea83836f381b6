// What goes on on a worker until it has ended in order, whatever the memory is short of meanwhile.
#pragma once

#include "platform/transport/handler_memory.hpp"
#include "platform/transport/transport.hpp"

namespace plug {

/// See worker::keep(). At one worker at a time.
class lasting {
public:
    lasting() = default;
    lasting(const lasting&) = delete;
    lasting& operator=(const lasting&) = delete;
    virtual ~lasting() = default;

    /// Ends when there is nothing left to do. Where an exception ends it, or a lack of memory its
    /// coroutine, it is called again soon.
    virtual platform::task<void> go_on() = 0;

    /// What the logs call that.
    [[nodiscard]] virtual const char* action() const noexcept = 0;

    /// It has broken off, and is about to begin again. On the worker's thread.
    virtual void broke_off() noexcept {}

private:
    friend class worker;
    platform::handler_memory memory_;
};

} // namespace plug
