// What writes down the events of a log: one sink for the lines of the log, one for session records.
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
    /// What its lines look like.
    plug::session_format session_format = session_format::lines_2x;
    /// The most events that wait for each sink; what comes on top is dropped and counted.
    std::size_t capacity = 16'384;
};

/// Belongs to the thread of one log_queue.
class log_sink {
public:
    virtual ~log_sink() = default;

    /// From now on as `options` say.
    virtual void change(const log_options& options) = 0;

    /// Opens its file, anew where it was renamed.
    virtual void reopen() = 0;

    /// Writes every event that it is for, in one piece where it can. `dropped` events are missing
    /// in front of them.
    virtual void write(const std::vector<event>& batch, std::uint64_t dropped) = 0;
};

} // namespace plug
