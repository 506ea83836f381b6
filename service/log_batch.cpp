#include "service/log_batch.hpp"

#include "platform/host.hpp"

#include <utility>

namespace plug {

log_batch::log_batch(const log_options& options, line_writer write)
    : write_(std::move(write)), format_(platform::process_id()) {
    change(options);
}

void log_batch::change(const log_options& options) {
    if (options.session_log != options_.session_log) {
        sessions_.reset();
        if (options.session_log) {
            sessions_.emplace(*options.session_log);
        }
        unwritable_ = false;
    }
    options_ = options;
}

void log_batch::write(const std::vector<event>& batch) {
    // The file first: a log service that hangs takes no session's line with it.
    write_session_lines(batch);
    for (const event& each : batch) {
        write(each);
    }
}

void log_batch::write_session_lines(const std::vector<event>& batch) {
    if (!sessions_) {
        return;
    }
    session_lines_.clear();
    for (const event& each : batch) {
        if (const auto* ended = std::get_if<session_ended>(&each)) {
            format_.append_to(session_lines_, ended->record);
        }
    }
    if (!session_lines_.empty()) {
        tell_outcome(sessions_->append(session_lines_));
    }
}

void log_batch::write(const event& happened) {
    // Spares the texts that nobody reads, which are most of them.
    const auto* ended = std::get_if<session_ended>(&happened);
    const bool is_session = ended != nullptr || std::holds_alternative<session_started>(happened);
    if (is_session && !is_wanted(written::with_connections)) {
        return;
    }
    write(describe(happened));
    if (ended != nullptr && is_wanted(written::with_trace)) {
        write(describe_fully(ended->record));
    }
}

void log_batch::write(const event_text& row) {
    if (is_wanted(row.when)) {
        write_(row.severity, row.id, row.text);
    }
}

void log_batch::open_session_log() {
    if (sessions_) {
        tell_outcome(sessions_->open());
    }
}

bool log_batch::is_wanted(written when) const {
    switch (when) {
    case written::always:
        return true;
    case written::with_connections:
        return options_.log_connections || options_.debug >= 1;
    case written::with_debug:
        return options_.debug >= 1;
    case written::with_trace:
        break;
    }
    return options_.debug >= 2;
}

/// Reports a failure once, until the file can be written again.
void log_batch::tell_outcome(const boost::system::error_code& error) {
    if (error && !unwritable_) {
        write(event(log_unwritable{sessions_->name(), error.message()}));
    }
    unwritable_ = error.failed();
}

} // namespace plug
