// Reports an exception that escaped where nobody waits for it, so that it is never lost.
#pragma once

#include "core/monitor/event.hpp"

#include <exception>

namespace plug {

/// Takes the end of a coroutine, or the exception of a handler. Any thread.
struct report_escaped {
    event_sink& events;
    /// The action that failed.
    const char* action;

    void operator()(const std::exception_ptr& escaped) const noexcept {
        if (escaped == nullptr) {
            return;
        }
        try {
            report(escaped);
        } catch (...) {
            events.drop(); // short of memory: there is none for the event either
        }
    }

private:
    void report(const std::exception_ptr& escaped) const {
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
