// What becomes of an exception that escaped where nobody waits for it: it is told, never lost.
#pragma once

#include "core/monitor/event.hpp"

#include <exception>
#include <string>

namespace plug {

/// Hears of the end of a coroutine, or of a handler that failed. Any thread.
struct report_escaped {
    event_sink& events;
    /// What was being done.
    std::string action;

    void operator()(const std::exception_ptr& escaped) const {
        if (escaped == nullptr) {
            return;
        }
        try {
            std::rethrow_exception(escaped);
        } catch (const std::exception& error) {
            events.publish(internal_error{action, error.what()});
        } catch (...) {
            events.publish(internal_error{action, "unknown exception"});
        }
    }
};

} // namespace plug
