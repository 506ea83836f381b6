#include "service/log/record_sink.hpp"

#include "platform/host.hpp"

#include <utility>

namespace plug {

record_sink::record_sink(const log_options& options, std::function<void(event)> report)
    : report_(std::move(report)), as_line_(platform::process_id()),
      as_json_(platform::process_id()) {
    change(options);
}

void record_sink::change(const log_options& options) {
    format_ = options.session_format;
    if (options.session_log == path_) {
        return;
    }
    path_ = options.session_log;
    file_.reset();
    if (path_) {
        file_.emplace(*path_);
    }
    unwritable_ = false;
}

void record_sink::reopen() {
    if (file_) {
        report_outcome(file_->open());
    }
}

void record_sink::write(const std::vector<event>& batch, std::uint64_t dropped) {
    if (dropped > 0) {
        report_(events_dropped{dropped, "session log"});
    }
    if (!file_) {
        return;
    }
    lines_.clear();
    for (const event& happened : batch) {
        if (const auto* ended = std::get_if<session_ended>(&happened)) {
            append_line(ended->record);
        }
    }
    if (!lines_.empty()) {
        report_outcome(file_->append(lines_));
    }
}

void record_sink::append_line(const session_record& record) {
    switch (format_) {
    case session_format::lines_2x:
        as_line_.append_to(lines_, record);
        break;
    case session_format::json:
        as_json_.append_to(lines_, record);
        break;
    }
}

/// Reports a failure once until the file can be written again.
void record_sink::report_outcome(const boost::system::error_code& error) {
    if (error && !unwritable_) {
        report_(log_unwritable{file_->name(), error.message()});
    }
    unwritable_ = error.failed();
}

} // namespace plug
