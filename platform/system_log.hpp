// The system's log as a Boost.Log sink: syslog on Unix, the event log on Windows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plug::platform {

/// Severity of a log line; the order is that of importance.
enum class severity { trace, debug, info, notice, warning, error };

/// The number of a kind of line in the event log of Windows.
using event_id = std::uint16_t;

/// What this system calls its log, in one word: `syslog` or `event-log`.
[[nodiscard]] std::string_view system_log_word() noexcept;

/// Adds a sink to Boost.Log's core that writes every record of at least severity `least` to the
/// system's log, under the name `identity`: on Unix to syslog, facility daemon, with the pid; on
/// Windows `identity` is the event source. The records carry the attribute "Severity" of type
/// plug::platform::severity and "Event" of type plug::platform::event_id. Call after the last fork.
/// A dead log service never blocks or ends the process.
void add_system_log(const std::string& identity, severity least);

} // namespace plug::platform
