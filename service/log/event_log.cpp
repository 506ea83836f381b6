#include "service/log/event_log.hpp"

#include "service/log/line_sink.hpp"
#include "service/log/record_sink.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace plug {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;
/// The time of the log if the session file has used up the patience.
constexpr auto least_for_lines = 1s;

} // namespace

event_log::event_log(const log_options& options)
    : options_(options), lines_(std::make_shared<log_queue>(options)), records_(options) {
    note_options(options);
}

event_log::~event_log() { close(); }

void event_log::note_options(const log_options& options) noexcept {
    wants_records_ = options.session_log.has_value();
    wants_session_lines_ = options.log_connections || options.debug > 0;
    wants_attempts_ = options.debug > 0;
}

void event_log::publish(event happened) noexcept {
    const bool has_ended = std::holds_alternative<session_ended>(happened);
    const bool is_session = has_ended || std::holds_alternative<session_started>(happened);
    const bool is_line = !is_session || wants_session_lines_.load(std::memory_order_relaxed);
    const bool is_record = has_ended && wants_records_.load(std::memory_order_relaxed);
    if (is_record && is_line) {
        records_.push_copy(happened);
    } else if (is_record) {
        records_.push(std::move(happened));
    }
    if (is_line) {
        lines_->push(std::move(happened));
    }
}

void event_log::drop() noexcept { lines_->drop(); }

bool event_log::wants_sessions() const noexcept {
    return wants_records_.load(std::memory_order_relaxed) ||
           wants_session_lines_.load(std::memory_order_relaxed);
}

bool event_log::wants_attempts() const noexcept {
    return wants_attempts_.load(std::memory_order_relaxed);
}

void event_log::change(const log_options& options) {
    const bool is_other_file = options_.session_log != options.session_log;
    options_ = options;
    note_options(options);
    lines_->change(options, false);
    records_.change(options, is_other_file);
}

void event_log::start(line_writer write, std::function<void()> reopen) {
    lines_->start(
        [writer = std::move(write), again = std::move(reopen)](const log_options& options) {
            return std::make_unique<line_sink>(options, writer, again);
        });
    records_.start([lines = lines_](const log_options& options) {
        return std::make_unique<record_sink>(
            options, [lines](event trouble) { lines->push(std::move(trouble)); });
    });
}

void event_log::open_files(bool wait) {
    lines_->reopen(0s);
    records_.reopen(wait ? patience : 0s);
}

bool event_log::close() noexcept {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const bool records_ended = records_.close(deadline);
    const auto now = std::chrono::steady_clock::now();
    return lines_->close(std::max(deadline, now + least_for_lines)) && records_ended;
}

} // namespace plug
