// A sink writes the events of a log: line_sink writes the lines of the log, record_sink writes
// session records.
#pragma once

#include "core/monitor/event.hpp"
#include "service/log/session_format.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace plug {

struct log_options {
    /// 0 = none, 1 = debug, 2 = trace.
    int debug = 0;
    /// Write start, connections and their end.
    bool log_connections = false;
    /// The session file, or `-`; unset = none.
    std::optional<std::filesystem::path> session_log;
    /// The form of its lines.
    plug::session_format session_format = session_format::lines_2x;
    /// The most events that wait for each sink; further events are dropped and counted.
    std::size_t capacity = 16'384;
};

/// Belongs to the thread of one log_queue.
class log_sink {
public:
    virtual ~log_sink() = default;

    /// Follows `options` from now on.
    virtual void change(const log_options& options) = 0;

    /// Opens its file; a new one if the file was renamed.
    virtual void reopen() = 0;

    /// Writes its part of `batch`, with one write if possible. `dropped` events before them were
    /// lost.
    virtual void write(const std::vector<event>& batch, std::uint64_t dropped) = 0;
};

} // namespace plug
