// The table of events: the id, name, severity and text of each, and when it is written to the log.
// A new event is a struct in core/monitor/event.hpp, and a row in event_table.cpp.
#pragma once

#include "core/monitor/event.hpp"
#include "platform/system_log.hpp"

#include <span>
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

/// The columns that are the same for every event of a kind.
struct event_row {
    /// The number of the event in the event log of Windows. It never changes and none is used
    /// again: 1xx is information, 2xx a warning, 3xx an error.
    platform::event_id id = 0;
    /// The name of its struct; PLUG_EVENT in the journal.
    std::string_view name;
    platform::severity severity = platform::severity::error;
    written when = written::always;
    /// One sentence without its full stop, for platform/windows/messages.mc and README.md, which a
    /// test holds against the table.
    std::string_view meaning;
};

/// One line of a log, and when it is written.
struct event_text {
    platform::severity severity = platform::severity::error;
    written when = written::always;
    platform::event_id id = 0;
    /// `TAG: WHAT: WHY` and the other texts of 2.x; free of control characters.
    std::string text;
};

/// All rows in the order of their ids, the row of describe_fully() included.
[[nodiscard]] std::span<const event_row> event_rows() noexcept;

[[nodiscard]] const event_row& row_of(const event& happened) noexcept;

/// When `happened` is written: as its row says, or as the event itself does.
[[nodiscard]] written when_written(const event& happened) noexcept;

/// The line of `happened`.
[[nodiscard]] event_text describe(const event& happened);

/// Everything that is known about a session, on one line, for tracing.
[[nodiscard]] event_text describe_fully(const session_record& record);

} // namespace plug
