#include "service/log/line_sink.hpp"

#include <utility>

namespace plug {

line_sink::line_sink(const log_options& options, line_writer write, std::function<void()> reopen)
    : options_(options), write_(std::move(write)), reopen_(std::move(reopen)) {}

void line_sink::reopen() {
    if (reopen_) {
        reopen_();
    }
}

void line_sink::write(const std::vector<event>& batch, std::uint64_t dropped) {
    for (const event& happened : batch) {
        write(happened);
    }
    if (dropped > 0) {
        write(event(events_dropped{dropped}));
    }
}

void line_sink::write(const event& happened) {
    // Asked first, to spare the texts that nobody reads, which are most of them.
    if (is_wanted(when_written(happened))) {
        write(describe(happened), happened);
    }
    const auto* ended = std::get_if<session_ended>(&happened);
    if (ended != nullptr && is_wanted(written::with_trace)) {
        write(describe_fully(ended->record), happened);
    }
}

void line_sink::write(const event_text& line, const event& happened) {
    write_({line.severity, line.id, line.text, &happened});
}

bool line_sink::is_wanted(written when) const {
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

} // namespace plug
