#include "service/log/record_names.hpp"

namespace plug {

const char* name_of(session_end end) noexcept {
    switch (end) {
    case session_end::completed:
        return "completed";
    case session_end::client_failed:
        return "client failed";
    case session_end::target_failed:
        return "target failed";
    case session_end::no_target:
        return "no target";
    case session_end::stopped:
        return "stopped";
    case session_end::idle_timeout:
        return "idle timeout";
    case session_end::half_closed_timeout:
        return "half-closed timeout";
    case session_end::age_limit:
        return "age limit";
    case session_end::target_down:
        return "target down";
    case session_end::target_removed:
        return "target removed";
    case session_end::queue_timeout:
        return "queue timeout";
    case session_end::queue_full:
        return "queue full";
    case session_end::internal:
        break;
    }
    return "internal error";
}

const char* name_of(session_phase phase) noexcept {
    switch (phase) {
    case session_phase::queued:
        return "queued";
    case session_phase::connecting:
        return "connecting";
    case session_phase::relaying:
        break;
    }
    return "relaying";
}

const char* name_of(session_party party) noexcept {
    switch (party) {
    case session_party::client:
        return "client";
    case session_party::target:
        return "target";
    case session_party::plug:
        break;
    }
    return "plug";
}

const char* name_of(pick_reason reason) noexcept {
    switch (reason) {
    case pick_reason::rotation:
        return "rotation";
    case pick_reason::first:
        return "first";
    case pick_reason::fewest_connections:
        return "fewest connections";
    case pick_reason::two_at_random:
        return "two at random";
    case pick_reason::hash:
        return "hash";
    case pick_reason::sticky:
        return "sticky";
    case pick_reason::retry:
        return "retry after the rest";
    case pick_reason::backup:
        return "backup";
    case pick_reason::last_resort:
        return "last resort";
    case pick_reason::none:
        break;
    }
    return "none";
}

std::string how_picked(const session_record& record) {
    if (record.picked == pick_reason::none) {
        return "no target picked";
    }
    std::string text = std::string("picked: ") + name_of(record.picked);
    if (record.failed_attempts > 0) {
        text +=
            ", failover: other targets had failed (" + std::to_string(record.failed_attempts) + ")";
    }
    return text;
}

} // namespace plug
