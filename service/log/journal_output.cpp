#include "service/log/journal_output.hpp"

#include "core/config/address_forms.hpp"
#include "service/log/event_table.hpp"

#include <cstdint>
#include <utility>

namespace plug {

namespace {

using platform::severity;

/// The numbers of syslog.h.
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

/// Adds the members of an event as fields. A member of one name means the same in every event.
struct fields {
    journal_message& message;

    void number(std::string_view name, std::uint64_t value) const {
        message.add(name, std::to_string(value));
    }
    void listener(const std::shared_ptr<const listener_label>& label) const {
        if (label != nullptr) {
            message.add("PLUG_NAME", label->plug);
            number("PLUG_LISTEN_PORT", label->port);
        }
    }
    void target(const std::shared_ptr<const std::string>& name) const {
        if (name != nullptr) {
            message.add("PLUG_TARGET", *name);
        }
    }
    void record(const session_record& session) const {
        listener(session.listener);
        target(session.target);
        message.add("PLUG_CLIENT", to_text(session.client));
        number("PLUG_BYTES_FROM_CLIENT", session.from_client);
        number("PLUG_BYTES_FROM_TARGET", session.from_target);
        number("PLUG_DURATION_US", static_cast<std::uint64_t>(session.duration.count()));
        message.add("PLUG_END", name_of(session.end));
        message.add("PLUG_ENDED_BY", name_of(session.ended_by));
        message.add("PLUG_PHASE", name_of(session.phase));
        message.add("PLUG_PICKED", name_of(session.picked));
        number("PLUG_FAILED_ATTEMPTS", session.failed_attempts);
        if (session.error) {
            message.add("PLUG_ERROR", session.error.message());
        }
    }

    template <typename Event> void operator()(const Event& happened) const {
        if constexpr (requires { happened.record; }) {
            record(happened.record);
        }
        if constexpr (requires { happened.listener; }) {
            listener(happened.listener);
        }
        if constexpr (requires { happened.target; }) {
            target(happened.target);
        }
        if constexpr (requires { happened.client; }) {
            message.add("PLUG_CLIENT", to_text(happened.client));
        }
        if constexpr (requires { happened.plug; }) {
            message.add("PLUG_NAME", happened.plug);
        }
        if constexpr (requires { happened.reason; }) {
            message.add("PLUG_REASON", happened.reason);
        }
    }
};

} // namespace

void journal_message::add(std::string_view name, std::string_view value) {
    value = value.substr(0, longest_value);
    bytes_ += name;
    if (value.find('\n') == std::string_view::npos) {
        bytes_ += '=';
    } else {
        // A line end in it would end the field: its length goes ahead, 64 bits, lowest byte first.
        bytes_ += '\n';
        std::uint64_t length = value.size();
        for (int byte = 0; byte < 8; ++byte, length >>= 8U) {
            bytes_ += static_cast<char>(length & 0xffU);
        }
    }
    bytes_ += value;
    bytes_ += '\n';
}

std::string journal_message_of(const log_line& line, const std::string& identity) {
    journal_message message;
    message.add("MESSAGE", line.text);
    message.add("PRIORITY", priority_of(line.severity));
    message.add("SYSLOG_FACILITY", daemon_facility);
    message.add("SYSLOG_IDENTIFIER", identity);
    message.add("PLUG_EVENT_ID", std::to_string(line.id));
    if (line.happened != nullptr) {
        message.add("PLUG_EVENT", row_of(*line.happened).name);
        std::visit(fields{message}, *line.happened);
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
