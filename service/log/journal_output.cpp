#include "service/log/journal_output.hpp"

#include "service/log/event_fields.hpp"
#include "service/log/journal_message.hpp"

#include <utility>

namespace plug {

namespace {

using platform::severity;

/// As syslog.h has them.
const char* priority_of(severity level) {
    switch (level) {
    case severity::trace:
    case severity::debug:
        return "7";
    case severity::info:
        return "6";
    case severity::notice:
        return "5";
    case severity::warning:
        return "4";
    case severity::error:
        break;
    }
    return "3";
}

constexpr const char* daemon_facility = "3";

} // namespace

std::string journal_message_of(const log_line& line, const std::string& identity) {
    journal_message message;
    message.add("MESSAGE", line.text);
    message.add("PRIORITY", priority_of(line.severity));
    message.add("SYSLOG_FACILITY", daemon_facility);
    message.add("SYSLOG_IDENTIFIER", identity);
    message.add("PLUG_EVENT_ID", std::to_string(line.id));
    if (line.happened != nullptr) {
        add_fields(message, *line.happened);
    }
    return message.bytes();
}

line_writer journal_lines(std::shared_ptr<platform::journal> open, const std::string& identity,
                          line_writer otherwise) {
    return
        [journal = std::move(open), identity, other = std::move(otherwise)](const log_line& line) {
            if (journal->send(journal_message_of(line, identity))) {
                other(line);
            }
        };
}

} // namespace plug
