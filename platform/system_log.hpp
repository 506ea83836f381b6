// The system's log as a Boost.Log sink: syslog on Unix, the event log on Windows.
#pragma once

#include <string>

namespace plug::platform {

/// Severity of a log line; the order is that of importance.
enum class severity { trace, debug, info, notice, warning, error };

/// Adds a sink to Boost.Log's core that writes every record of at least severity `least` to the
/// system's log, under the name `identity`: on Unix to syslog, facility daemon, with the pid; on
/// Windows `identity` is the event source. The records carry the attribute "Severity" of type
/// plug::platform::severity. Call after the last fork. A dead log service never blocks or ends the
/// process.
void add_system_log(const std::string& identity, severity least);

} // namespace plug::platform
