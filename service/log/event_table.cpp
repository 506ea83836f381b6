#include "service/log/event_table.hpp"

#include "service/log/event_words.hpp"
#include "service/text/harmless.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <variant>

namespace plug {

namespace {

using platform::severity;

/// Nobody expects a channel in a folder that is not there.
written when_unavailable(const control_unavailable& event) {
    return event.is_taken ? written::always : written::with_debug;
}

/// The row of one alternative of plug::event, and of the session_record in a trace.
template <typename Event> struct typed_row {
    event_row facts;
    std::string (*text)(const Event&);
    /// Null = `facts.when` holds for each event of the kind.
    written (*when)(const Event&);

    [[nodiscard]] written when_of(const Event& happened) const {
        return when == nullptr ? facts.when : when(happened);
    }
};

template <typename Event>
constexpr typed_row<Event> row(platform::event_id id, std::string_view name, severity level,
                               written when, std::string_view meaning,
                               std::string (*text)(const Event&),
                               written (*when_of)(const Event&) = nullptr) {
    return {{id, name, level, when, meaning}, text, when_of};
}

/// The table, in the order of the ids.
constexpr std::tuple rows(
    row<plug_started>(100, "plug_started", severity::notice, written::with_connections,
                      "A plug listens and takes clients",
                      [](const auto& event) {
                          return tag(event.listener) + "Plugdaemon started.";
                      }),
    row<listener_closed>(101, "listener_closed", severity::debug, written::with_debug,
                         "A listener was closed, as the plug stops",
                         [](const auto& event) {
                             return tag(event.listener) + "listener closed: stopping";
                         }),
    row<draining>(102, "draining", severity::info, written::with_debug,
                  "Plug stops: it takes no new clients, and sessions that run may finish",
                  [](const auto& event) {
                      return "stopping: " + count_of(event.sessions, "session") + " may finish";
                  }),
    row<sessions_cut>(103, "sessions_cut", severity::notice, written::always,
                      "The grace time was over: sessions that still ran were cut",
                      [](const auto& event) {
                          return "stopping: " + count_of(event.sessions, "session") + " cut";
                      }),
    row<session_started>(110, "session_started", severity::notice, written::with_connections,
                         "A client was accepted and a target chosen for it",
                         [](const auto& event) {
                             return tag(event.listener) + "Connect from " +
                                    event.client.address().to_string() + " to " +
                                    name_or_dash(event.target);
                         }),
    row<session_ended>(111, "session_ended", severity::notice, written::with_connections,
                       "A session has ended",
                       [](const auto& event) {
                           return tag(event.record.listener) + status_text(event.record.end);
                       }),
    row<client_refused>(113, "client_refused", severity::notice, written::always,
                        "A client was refused by the access rules",
                        [](const auto& event) {
                            return tag(event.listener) + "Connect from " +
                                   event.client.address().to_string() + " Refused.";
                        }),
    row<attempt_failed>(114, "attempt_failed", severity::debug, written::with_debug,
                        "One attempt to connect to a target failed",
                        [](const auto& event) {
                            return tag(event.listener) + "connect " +
                                   event.client.address().to_string() + " to " +
                                   name_or_dash(event.target) + ": " + event.reason;
                        }),
    row<target_up>(120, "target_up", severity::notice, written::always,
                   "A target that was down was reached again",
                   [](const auto& event) {
                       return tag(event.listener) + "target " + name_or_dash(event.target) +
                              " is up again";
                   }),
    row<proxy_up>(121, "proxy_up", severity::notice, written::always,
                  "The HTTPS proxy was reached again",
                  [](const auto& event) {
                      return tag(event.listener) + "HTTPS proxy " + event.proxy + " is up again";
                  }),
    row<accept_resumed>(122, "accept_resumed", severity::notice, written::always,
                        "Clients are taken again",
                        [](const auto& event) {
                            return tag(event.listener) + "clients are taken again";
                        }),
    row<reloaded>(130, "reloaded", severity::notice, written::always,
                  "Another configuration is in force",
                  [](const auto& event) {
                      return "reloaded " + event.file + ": " +
                             (event.changes == 0 ? "nothing has changed"
                                                 : count_of(event.changes, "change"));
                  }),
    row<configuration_changed>(131, "configuration_changed", severity::notice, written::always,
                               "A reload found a change of the configuration",
                               [](const auto& event) { return "reload: " + event.change; }),
    row<name_unresolved>(200, "name_unresolved", severity::warning, written::always,
                         "The name of a target could not be resolved",
                         [](const auto& event) {
                             return "(" + event.plug + "): resolve " + event.name + ": " +
                                    event.reason;
                         }),
    row<log_unwritable>(201, "log_unwritable", severity::warning, written::always,
                        "A log could not be written",
                        [](const auto& event) {
                            return "write to " + event.path + ": " + event.reason +
                                   "; sessions go on without it";
                        }),
    row<events_dropped>(202, "events_dropped", severity::warning, written::always,
                        "Events were dropped, as the logs were too slow",
                        [](const auto& event) {
                            return event.log + ": " + count_of(event.count, "event") +
                                   " dropped, the logs are too slow";
                        }),
    row<bytes_copied>(203, "bytes_copied", severity::warning, written::always,
                      "The system refuses the faster way of moving bytes",
                      [](const auto& event) {
                          return "splice: " + event.error.message() +
                                 "; bytes are copied, which costs more";
                      }),
    row<nothing_to_run>(
        204, "nothing_to_run", severity::warning, written::always,
        "The configuration holds no plug, so that nothing listens",
        [](const auto& event) {
            return "configuration: no plug in " + event.file +
                   ": nothing listens; describe one there, then reload (plug reload)";
        }),
    row<few_descriptors>(205, "few_descriptors", severity::warning, written::always,
                         "Plug may open few descriptors",
                         [](const auto& event) {
                             return "descriptor limit " + std::to_string(event.limit) +
                                    ": too few for " + count_of(event.sessions, "session") + ", " +
                                    std::to_string(event.enough) + " would do";
                         }),
    row<change_waits>(206, "change_waits", severity::warning, written::always,
                      "A change of the configuration waits for the next start of plug",
                      [](const auto& event) {
                          return "reload: " + event.change + " waits for the next start";
                      }),
    row<control_unavailable>(
        207, "control_unavailable", severity::warning, written::with_debug,
        "Commands cannot reach this plug",
        [](const auto& event) {
            return event.reason +
                   (event.is_taken ? "; plug reload reaches that one and not this plug"
                                   : "; plug reload cannot reach this plug") +
                   ": name a place of its own with control = \"PATH\"";
        },
        when_unavailable),
    row<passed_socket_unused>(208, "passed_socket_unused", severity::warning, written::always,
                              "No plug listens on a socket that the supervisor has passed",
                              [](const auto& event) {
                                  return "the supervisor has passed " + event.socket +
                                         ", and no plug listens there: its clients wait in vain";
                              }),
    row<target_down>(300, "target_down", severity::error, written::always,
                     "A target could not be reached and gets no clients until it is tried again",
                     [](const auto& event) {
                         return tag(event.listener) + event.action + " " +
                                name_or_dash(event.target) + ": " + event.reason +
                                "; target is down";
                     }),
    row<proxy_down>(301, "proxy_down", severity::error, written::always,
                    "The HTTPS proxy could not be reached",
                    [](const auto& event) {
                        return tag(event.listener) + "connect to HTTPS proxy " + event.proxy +
                               ": " + event.reason + "; proxy is down";
                    }),
    row<accept_paused>(
        302, "accept_paused", severity::error, written::always,
        "The system is out of descriptors, memory or ports: no clients are taken for a while",
        [](const auto& event) {
            return tag(event.listener) + event.action + ": " + lacking(event.error) +
                   "; no clients are taken for a while";
        }),
    row<start_failed>(303, "start_failed", severity::error, written::always, "Plug could not start",
                      [](const auto& event) { return event.reason; }),
    row<internal_error>(304, "internal_error", severity::error, written::always,
                        "Plug has met a defect of its own",
                        [](const auto& event) {
                            return "internal error: " + event.action + ": " + event.reason;
                        }),
    row<reload_failed>(305, "reload_failed", severity::error, written::always,
                       "The configuration was not reloaded, and nothing has changed",
                       [](const auto& event) {
                           return "reload failed, and nothing has changed: " + event.reason;
                       }));

constexpr auto trace_row =
    row<session_record>(112, "session_traced", severity::trace, written::with_trace,
                        "All that is known about a session", trace_of);

static_assert(std::tuple_size_v<decltype(rows)> == std::variant_size_v<event>,
              "the table has a row for each alternative of plug::event, and no other");

/// Does not compile for an event that has no row, or two.
template <typename Event> constexpr const typed_row<Event>& row_for(const Event&) noexcept {
    return std::get<typed_row<Event>>(rows);
}

template <typename Event> event_text line_by(const typed_row<Event>& row, const Event& happened) {
    return {row.facts.severity, row.when_of(happened), row.facts.id, printable(row.text(happened))};
}

constexpr auto all_facts = std::apply(
    [](const auto&... row) {
        std::array<event_row, sizeof...(row) + 1> facts{row.facts..., trace_row.facts};
        std::ranges::sort(facts, {}, &event_row::id);
        return facts;
    },
    rows);

} // namespace

std::span<const event_row> event_rows() noexcept { return all_facts; }

const event_row& row_of(const event& happened) noexcept {
    return std::visit([](const auto& one) -> const event_row& { return row_for(one).facts; },
                      happened);
}

written when_written(const event& happened) noexcept {
    return std::visit([](const auto& one) { return row_for(one).when_of(one); }, happened);
}

event_text describe(const event& happened) {
    return std::visit([](const auto& one) { return line_by(row_for(one), one); }, happened);
}

event_text describe_fully(const session_record& record) { return line_by(trace_row, record); }

} // namespace plug
