// Where lines of the log go: the one place of the program that knows Boost.Log.
#pragma once

#include "platform/system_log.hpp"

#include <functional>
#include <string>

namespace plug {

/// Writes one line of text, without a newline, and of which event it tells. Called on the log's
/// thread alone.
using line_writer = std::function<void(platform::severity, platform::event_id, const std::string&)>;

/// Lines on standard error: `plug[PID]: TEXT`. Call after the last fork, once in a process.
line_writer standard_error_lines();

/// Lines in the system's log, under the name `identity`. Call after the last fork, once in a
/// process.
line_writer system_log_lines(const std::string& identity);

} // namespace plug
