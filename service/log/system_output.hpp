// Where lines of the log go that the system takes: the one place of the program that knows
// Boost.Log. log_file and journal_lines stand beside it: Boost.Log does not tell that a line was
// not taken.
#pragma once

#include "core/monitor/event.hpp"
#include "platform/system_log.hpp"

#include <functional>
#include <string>

namespace plug {

/// One line of text, without a newline, and of which event it tells.
struct log_line {
    platform::severity severity;
    platform::event_id id;
    const std::string& text;
    /// For logs that have fields; null = the text is all.
    const event* happened = nullptr;
};

/// Writes one line. Called on the log's thread alone.
using line_writer = std::function<void(const log_line&)>;

/// Which lines of the foreground go to the system's log.
enum class log_share {
    nothing,
    /// The notices of connections, as with `-n` of 2.x.
    notices,
    /// The same, and they stand on standard error too, as with `-d`.
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
