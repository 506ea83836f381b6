// Turns batches of events into lines: those of the log, and those of the session file.
#pragma once

#include "core/monitor/event.hpp"
#include "service/event_texts.hpp"
#include "service/log_lines.hpp"
#include "service/session_log.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace plug {

struct log_options {
    /// 0 = none, 1 = debug, 2 = trace.
    int debug = 0;
    /// Write start, connections and their end.
    bool log_connections = false;
    /// The session file, or `-`; unset = none.
    std::optional<std::filesystem::path> session_log;
    /// The most events that wait for the log's thread; what comes on top is dropped and counted.
    std::size_t capacity = 16'384;
};

/// Writes down what happened. Belongs to the log's thread.
class log_batch {
public:
    log_batch(const log_options& options, line_writer write);

    /// From now on as `options` say; a session file that is another one is not opened yet.
    void change(const log_options& options);

    /// Writes every entry that is wanted; the lines of the session file in one piece.
    void write(const std::vector<event>& batch);

    /// Opens the session file, anew where it was renamed.
    void open_session_log();

private:
    void write_session_lines(const std::vector<event>& batch);
    void write(const event& happened);
    void write(const event_text& row);
    [[nodiscard]] bool is_wanted(written when) const;
    void tell_outcome(const boost::system::error_code& error);

    log_options options_;
    line_writer write_;
    session_line_format format_;
    std::optional<session_log> sessions_;
    std::string session_lines_;
    bool unwritable_ = false;
};

} // namespace plug
