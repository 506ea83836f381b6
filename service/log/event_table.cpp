#include "service/log/event_table.hpp"

#include "core/config/address_forms.hpp"
#include "service/log/record_names.hpp"

namespace plug {

namespace {

using platform::severity;

std::string tag(const std::shared_ptr<const listener_label>& listener) {
    return (listener ? tag_of(*listener) : "(-)") + ": ";
}

const std::string& name(const std::shared_ptr<const std::string>& target) {
    static const std::string unknown = "-";
    return target ? *target : unknown;
}

std::string count_of(std::uint64_t number, const std::string& thing) {
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

/// connect() says of ports only that an address is not available.
std::string lacking(const boost::system::error_code& error) {
    return error == boost::system::errc::address_not_available
               ? "no local port or address is free (" + error.message() + ")"
               : error.message();
}

/// The N of `Complete, status=N.`, an exit status of 2.x; 0 = none is written.
int status_of(session_end end) {
    switch (end) {
    case session_end::completed:
        return 0;
    case session_end::no_target:
        return 2;
    case session_end::client_failed:
    case session_end::target_failed:
    case session_end::stopped:
    case session_end::idle_timeout:
    case session_end::half_closed_timeout:
    case session_end::age_limit:
    case session_end::target_down:
    case session_end::target_removed:
    case session_end::queue_timeout:
    case session_end::queue_full:
    case session_end::internal:
        break;
    }
    return 3;
}

/// The table. The texts of the first four rows are those of 2.x, to the letter.
struct table {
    event_text operator()(const plug_started& event) const {
        return {severity::notice, written::with_connections, 100,
                tag(event.listener) + "Plugdaemon started."};
    }
    event_text operator()(const session_started& event) const {
        return {severity::notice, written::with_connections, 110,
                tag(event.listener) + "Connect from " + event.client.address().to_string() +
                    " to " + name(event.target)};
    }
    event_text operator()(const client_refused& event) const {
        return {severity::notice, written::always, 113,
                tag(event.listener) + "Connect from " + event.client.address().to_string() +
                    " Refused."};
    }
    event_text operator()(const session_ended& event) const {
        const int status = status_of(event.record.end);
        const std::string text =
            status == 0 ? "Complete." : "Complete, status=" + std::to_string(status) + ".";
        return {severity::notice, written::with_connections, 111,
                tag(event.record.listener) + text};
    }
    event_text operator()(const listener_closed& event) const {
        return {severity::debug, written::with_debug, 101,
                tag(event.listener) + "listener closed: stopping"};
    }
    event_text operator()(const target_down& event) const {
        return {severity::error, written::always, 300,
                tag(event.listener) + event.action + " " + name(event.target) + ": " +
                    event.reason + "; target is down"};
    }
    event_text operator()(const target_up& event) const {
        return {severity::notice, written::always, 120,
                tag(event.listener) + "target " + name(event.target) + " is up again"};
    }
    event_text operator()(const proxy_down& event) const {
        return {severity::error, written::always, 301,
                tag(event.listener) + "connect to HTTPS proxy " + event.proxy + ": " +
                    event.reason + "; proxy is down"};
    }
    event_text operator()(const proxy_up& event) const {
        return {severity::notice, written::always, 121,
                tag(event.listener) + "HTTPS proxy " + event.proxy + " is up again"};
    }
    event_text operator()(const accept_paused& event) const {
        return {severity::error, written::always, 302,
                tag(event.listener) + event.action + ": " + lacking(event.error) +
                    "; no clients are taken for a while"};
    }
    event_text operator()(const accept_resumed& event) const {
        return {severity::notice, written::always, 122,
                tag(event.listener) + "clients are taken again"};
    }
    event_text operator()(const name_unresolved& event) const {
        return {severity::warning, written::always, 200,
                "(" + event.plug + "): resolve " + event.name + ": " + event.reason};
    }
    event_text operator()(const attempt_failed& event) const {
        return {severity::debug, written::with_debug, 114,
                tag(event.listener) + "connect " + event.client.address().to_string() + " to " +
                    name(event.target) + ": " + event.reason};
    }
    event_text operator()(const log_unwritable& event) const {
        return {severity::warning, written::always, 201,
                "write to " + event.path + ": " + event.reason + "; sessions go on without it"};
    }
    event_text operator()(const events_dropped& event) const {
        return {severity::warning, written::always, 202,
                event.log + ": " + count_of(event.count, "event") +
                    " dropped, the logs are too slow"};
    }
    event_text operator()(const draining& event) const {
        return {severity::info, written::with_debug, 102,
                "stopping: " + count_of(event.sessions, "session") + " may finish"};
    }
    event_text operator()(const sessions_cut& event) const {
        return {severity::notice, written::always, 103,
                "stopping: " + count_of(event.sessions, "session") + " cut"};
    }
    event_text operator()(const bytes_copied& event) const {
        return {severity::warning, written::always, 203,
                "splice: " + event.error.message() + "; bytes are copied, which costs more"};
    }
    event_text operator()(const nothing_to_run& event) const {
        return {severity::warning, written::always, 204,
                "configuration: no plug in " + event.file +
                    ": nothing listens; describe one there, then reload (plug reload)"};
    }
    event_text operator()(const configuration_changed& event) const {
        return {severity::notice, written::always, 131, "reload: " + event.change};
    }
    event_text operator()(const reloaded& event) const {
        return {
            severity::notice, written::always, 130,
            "reloaded " + event.file + ": " +
                (event.changes == 0 ? "nothing has changed" : count_of(event.changes, "change"))};
    }
    event_text operator()(const reload_failed& event) const {
        return {severity::error, written::always, 305,
                "reload failed, and nothing has changed: " + event.reason};
    }
    event_text operator()(const change_waits& event) const {
        return {severity::warning, written::always, 206,
                "reload: " + event.change + " waits for the next start"};
    }
    event_text operator()(const control_unavailable& event) const {
        // Where the usual folder is not there, nobody expects a channel.
        return {severity::warning, event.is_taken ? written::always : written::with_debug, 207,
                event.reason +
                    (event.is_taken ? "; plug reload reaches that one and not this plug"
                                    : "; plug reload cannot reach this plug") +
                    ": name a place of its own with control = \"PATH\""};
    }
    event_text operator()(const passed_socket_unused& event) const {
        return {severity::warning, written::always, 208,
                "the supervisor has passed " + event.socket +
                    ", and no plug listens there: its clients wait in vain"};
    }
    event_text operator()(const few_descriptors& event) const {
        return {severity::warning, written::always, 205,
                "descriptor limit " + std::to_string(event.limit) + ": too few for " +
                    count_of(event.sessions, "session") + ", " + std::to_string(event.enough) +
                    " would do"};
    }
    event_text operator()(const start_failed& event) const {
        return {severity::error, written::always, 303, event.reason};
    }
    event_text operator()(const internal_error& event) const {
        return {severity::error, written::always, 304,
                "internal error: " + event.action + ": " + event.reason};
    }
};

} // namespace

event_text describe(const event& happened) {
    event_text row = std::visit(table{}, happened);
    row.text = printable(row.text);
    return row;
}

event_text describe_fully(const session_record& record) {
    std::string text = tag(record.listener) + "session " + to_text(record.client) + " to " +
                       name(record.target) + ": " + name_of(record.end) + " while " +
                       name_of(record.phase) + ", ended by the " + name_of(record.ended_by) + ", " +
                       how_picked(record) + ", " + std::to_string(record.from_client) +
                       " bytes in, " + std::to_string(record.from_target) + " bytes out, " +
                       std::to_string(record.until_connected.count()) + " us to connect, " +
                       std::to_string(record.duration.count()) + " us in all, " +
                       count_of(record.failed_attempts, "failed attempt");
    if (record.error) {
        text += ", " + record.error.message();
    }
    return {severity::trace, written::with_trace, 112, printable(text)};
}

std::string tag_of(const listener_label& listener) {
    const std::string port = std::to_string(listener.port);
    return listener.address.empty() ? "(" + port + ")" : "(" + listener.address + " " + port + ")";
}

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string safe;
    safe.reserve(text.size());
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte >= 0x20 && byte < 0x7f) {
            safe += each;
        } else {
            safe += {'\\', 'x', digits[byte >> 4U], digits[byte & 0x0fU]};
        }
    }
    return safe;
}

} // namespace plug
