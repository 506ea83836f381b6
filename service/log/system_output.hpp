// The outputs of the log that the system provides: standard error and the system's log. Only this
// file of the program knows Boost.Log. File and journal have outputs without it, as Boost.Log does
// not report that a line was lost.
#pragma once

#include "core/monitor/event.hpp"
#include "platform/system_log.hpp"

#include <functional>
#include <string>

namespace plug {

/// One line of text, without a newline, and its event.
struct log_line {
    platform::severity severity;
    platform::event_id id;
    const std::string& text;
    /// For logs that have fields; null = there is only the text.
    const event* happened = nullptr;
};

/// Writes one line. Called on the log's thread alone.
using line_writer = std::function<void(const log_line&)>;

/// The lines of the foreground that go to the system's log.
enum class log_share {
    nothing,
    /// The notices of connections, as with `-n` of 2.x.
    notices,
    /// The same, and a copy on standard error, as with `-d`.
    copies_of_notices
};

/// Lines on standard error: `plug[PID]: TEXT`. Call after the last fork, once in a process.
line_writer standard_error_lines();

/// Lines in the system's log, under the name `identity`. Call after the last fork, once in a
/// process.
line_writer system_log_lines(const std::string& identity);

/// Lines on standard error, except for those that go to the system's log, under the name
/// `identity`. Call after the last fork, once in a process.
line_writer shared_lines(const std::string& identity, log_share share);

} // namespace plug
