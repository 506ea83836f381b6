#include "service/log/event_words.hpp"

#include "core/config/address_forms.hpp"

namespace plug {

namespace {

/// `picked: rotation`, and what had failed before: `picked: first, failover: other targets had
/// failed (2)`.
std::string how_picked(const session_record& record) {
    if (record.picked == pick_reason::none) {
        return "no target picked";
    }
    std::string text = "picked: " + std::string(name_of(record.picked));
    if (record.failed_attempts > 0) {
        text +=
            ", failover: other targets had failed (" + std::to_string(record.failed_attempts) + ")";
    }
    return text;
}

} // namespace

std::string tag_of(const listener_label& listener) {
    const std::string port = std::to_string(listener.port);
    return listener.address.empty() ? "(" + port + ")" : "(" + listener.address + " " + port + ")";
}

std::string tag(const std::shared_ptr<const listener_label>& listener) {
    return (listener ? tag_of(*listener) : "(-)") + ": ";
}

std::string name_or_dash(const std::shared_ptr<const std::string>& target) {
    return target ? *target : "-";
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

std::string status_text(session_end end) {
    const int status = row_of(end).status_2x;
    return status == 0 ? "Complete." : "Complete, status=" + std::to_string(status) + ".";
}

std::string trace_of(const session_record& record) {
    std::string text = tag(record.listener) + "session " + to_text(record.client) + " to " +
                       name_or_dash(record.target) + ": " + std::string(name_of(record.end)) +
                       " while " + std::string(name_of(record.phase)) + ", ended by the " +
                       std::string(name_of(record.ended_by)) + ", " + how_picked(record) + ", " +
                       std::to_string(record.from_client) + " bytes in, " +
                       std::to_string(record.from_target) + " bytes out, " +
                       std::to_string(record.until_connected.count()) + " us to connect, " +
                       std::to_string(record.duration.count()) + " us in all, " +
                       count_of(record.failed_attempts, "failed attempt");
    return record.error ? text + ", " + record.error.message() : text;
}

} // namespace plug
