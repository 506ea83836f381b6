// What becomes of an exception that escaped where nobody waits for it: it is told, never lost.
#pragma once

#include "core/monitor/event.hpp"

#include <exception>

namespace plug {

/// Hears of the end of a coroutine, or of a handler that failed. Any thread.
struct report_escaped {
    event_sink& events;
    /// What was being done.
    const char* action;

    void operator()(const std::exception_ptr& escaped) const noexcept {
        if (escaped == nullptr) {
            return;
        }
        try {
            tell(escaped);
        } catch (...) {
            events.drop(); // short of memory: there is none for the words either
        }
    }

private:
    void tell(const std::exception_ptr& escaped) const {
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
