#include "service/log/event_fields.hpp"

#include "core/config/address_forms.hpp"
#include "service/log/record_names.hpp"

#include <string>

namespace plug {

namespace {

struct names {
    const char* operator()(const plug_started&) const { return "plug_started"; }
    const char* operator()(const listener_closed&) const { return "listener_closed"; }
    const char* operator()(const session_started&) const { return "session_started"; }
    const char* operator()(const session_ended&) const { return "session_ended"; }
    const char* operator()(const client_refused&) const { return "client_refused"; }
    const char* operator()(const target_down&) const { return "target_down"; }
    const char* operator()(const target_up&) const { return "target_up"; }
    const char* operator()(const proxy_down&) const { return "proxy_down"; }
    const char* operator()(const proxy_up&) const { return "proxy_up"; }
    const char* operator()(const accept_paused&) const { return "accept_paused"; }
    const char* operator()(const accept_resumed&) const { return "accept_resumed"; }
    const char* operator()(const name_unresolved&) const { return "name_unresolved"; }
    const char* operator()(const attempt_failed&) const { return "attempt_failed"; }
    const char* operator()(const log_unwritable&) const { return "log_unwritable"; }
    const char* operator()(const events_dropped&) const { return "events_dropped"; }
    const char* operator()(const draining&) const { return "draining"; }
    const char* operator()(const sessions_cut&) const { return "sessions_cut"; }
    const char* operator()(const bytes_copied&) const { return "bytes_copied"; }
    const char* operator()(const nothing_to_run&) const { return "nothing_to_run"; }
    const char* operator()(const configuration_changed&) const { return "configuration_changed"; }
    const char* operator()(const reloaded&) const { return "reloaded"; }
    const char* operator()(const reload_failed&) const { return "reload_failed"; }
    const char* operator()(const change_waits&) const { return "change_waits"; }
    const char* operator()(const control_unavailable&) const { return "control_unavailable"; }
    const char* operator()(const few_descriptors&) const { return "few_descriptors"; }
    const char* operator()(const passed_socket_unused&) const { return "passed_socket_unused"; }
    const char* operator()(const start_failed&) const { return "start_failed"; }
    const char* operator()(const internal_error&) const { return "internal_error"; }
};

/// Adds what an event holds, by what its members are called: the same in all of them.
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

std::string_view name_of(const event& happened) noexcept { return std::visit(names{}, happened); }

void add_fields(journal_message& message, const event& happened) {
    message.add("PLUG_EVENT", name_of(happened));
    std::visit(fields{message}, happened);
}

} // namespace plug
