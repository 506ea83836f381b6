// What each event says in a log: one table for severity, id, text, and who wants to read it.
#pragma once

#include "core/monitor/event.hpp"
#include "platform/system_log.hpp"

#include <string>
#include <string_view>

namespace plug {

/// When an event is written to the log at all.
enum class written {
    always,
    /// With `-l`, or when debugging.
    with_connections,
    /// With one `-d`.
    with_debug,
    /// With more than one `-d`.
    with_trace
};

/// One line of a log, and when it is wanted.
struct event_text {
    platform::severity severity = platform::severity::error;
    written when = written::always;
    /// The number of the event in the event log of Windows. It never changes and none is used
    /// again: 1xx is information, 2xx a warning, 3xx an error.
    /// platform/windows/messages.mc has a text for each.
    platform::event_id id = 0;
    /// `TAG: WHAT: WHY` and the other texts of 2.x; free of control characters.
    std::string text;
};

/// The row of the table for `happened`.
[[nodiscard]] event_text describe(const event& happened);

/// Everything that is known about a session, on one line, for tracing.
[[nodiscard]] event_text describe_fully(const session_record& record);

/// How logs name a listener: `(port)` or `(address port)`.
[[nodiscard]] std::string tag_of(const listener_label& listener);

/// `text` with every byte that is not printable ASCII as `\xNN`: nothing that a peer sends may move
/// a terminal's cursor or forge a line of its own.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace plug
