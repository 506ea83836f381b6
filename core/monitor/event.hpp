// Everything that can happen to the engine and its process, as data. The table of their ids, texts
// and severities is service/log/event_table.cpp: a new event is a struct here and a row there.
#pragma once

#include "core/monitor/session_record.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace plug {

/// A plug listens and takes clients.
struct plug_started {
    std::shared_ptr<const listener_label> listener;
};

/// A listener was closed because the plug stops; clients in its queue have been taken.
struct listener_closed {
    std::shared_ptr<const listener_label> listener;
};

/// A client was accepted and a target chosen for it: the one that it was connected to, or the last
/// that was tried in vain.
struct session_started {
    std::shared_ptr<const listener_label> listener;
    boost::asio::ip::tcp::endpoint client;
    std::shared_ptr<const std::string> target;
};

struct session_ended {
    session_record record;
};

/// A client was closed because no access rule lets it in.
struct client_refused {
    std::shared_ptr<const listener_label> listener;
    boost::asio::ip::tcp::endpoint client;
};

/// A target went down; reported once for each change of state.
struct target_down {
    std::shared_ptr<const listener_label> listener;
    std::shared_ptr<const std::string> target;
    /// The action that failed ("connect to", "CONNECT through 10.0.0.9:3128 to").
    std::string action;
    /// Why it failed; may hold bytes of a peer, which a sink must make harmless.
    std::string reason;
};

/// A target that was down was reached again.
struct target_up {
    std::shared_ptr<const listener_label> listener;
    std::shared_ptr<const std::string> target;
};

/// The HTTPS proxy itself could not be reached; reported once for each change of state.
struct proxy_down {
    std::shared_ptr<const listener_label> listener;
    std::string proxy;
    std::string reason;
};

struct proxy_up {
    std::shared_ptr<const listener_label> listener;
    std::string proxy;
};

/// The system is out of descriptors, memory or ports: no clients are taken for a while.
struct accept_paused {
    std::shared_ptr<const listener_label> listener;
    /// The action that failed: "accept" or "connect".
    std::string action;
    boost::system::error_code error;
};

/// Clients are taken again.
struct accept_resumed {
    std::shared_ptr<const listener_label> listener;
};

/// A name could not be resolved; reported once for each change of state.
struct name_unresolved {
    std::string plug;
    std::string name;
    std::string reason;
};

/// One attempt to connect failed. Only for debugging, as target_down reports the change of state.
struct attempt_failed {
    std::shared_ptr<const listener_label> listener;
    boost::asio::ip::tcp::endpoint client;
    std::shared_ptr<const std::string> target;
    std::string reason;
};

/// The session file, or another log, cannot be written; reported once until it can be again.
struct log_unwritable {
    std::string path;
    std::string reason;
};

/// Events were dropped because a log was too slow.
struct events_dropped {
    std::uint64_t count = 0;
    /// The name of the log.
    std::string log = "log";
};

/// No new clients; sessions that run may finish.
struct draining {
    std::uint64_t sessions = 0;
};

/// The grace time was over (or a second request to stop came) and sessions were cut.
struct sessions_cut {
    std::uint64_t sessions = 0;
};

/// The system refuses the faster way of moving bytes (pipes): they are copied. Reported once for
/// each worker.
struct bytes_copied {
    boost::system::error_code error;
};

/// The configuration file holds no plug: the process runs and listens nowhere.
struct nothing_to_run {
    /// The file to edit.
    std::string file;
};

/// No listener takes this socket, which the supervisor has passed; it stays open for a reload that
/// may need it.
struct passed_socket_unused {
    /// Its address and its name.
    std::string socket;
};

/// A reload has found this difference, as one line, and applies it.
struct configuration_changed {
    std::string change;
};

/// Another configuration is in force.
struct reloaded {
    std::string file;
    std::uint64_t changes = 0;
};

/// A reload failed for this reason, and changed nothing.
struct reload_failed {
    std::string reason;
};

/// This change waits for the next start.
struct change_waits {
    std::string change;
};

/// Commands cannot reach this plug: another has the usual place, or this user may not use it.
struct control_unavailable {
    std::string reason;
    /// Another plug has the place, and commands for this plug reach that one.
    bool is_taken = false;
};

/// The process may open too few descriptors for a usual number of sessions.
struct few_descriptors {
    std::uint64_t limit = 0;
    /// The limit that would be enough, and for how many sessions.
    std::uint64_t enough = 0;
    std::uint64_t sessions = 0;
};

/// The process ends before it took any client.
struct start_failed {
    std::string reason;
};

/// An exception escaped that never should.
struct internal_error {
    std::string action;
    std::string reason;
};

using event =
    std::variant<plug_started, listener_closed, session_started, session_ended, client_refused,
                 target_down, target_up, proxy_down, proxy_up, accept_paused, accept_resumed,
                 name_unresolved, attempt_failed, log_unwritable, events_dropped, draining,
                 sessions_cut, bytes_copied, nothing_to_run, configuration_changed, reloaded,
                 reload_failed, change_waits, control_unavailable, few_descriptors,
                 passed_socket_unused, start_failed, internal_error>;

/// Takes every event. Called on worker threads, several at once; must return at once.
class event_sink {
public:
    virtual ~event_sink() = default;
    virtual void publish(event happened) noexcept = 0;

    /// An event is lost, as there was no memory to make it. Called as publish() is.
    virtual void drop() noexcept {}

    /// Whether any log wants session_started and session_ended, and whether one wants
    /// attempt_failed. If not, the engine does not even build them.
    [[nodiscard]] virtual bool wants_sessions() const noexcept { return true; }
    [[nodiscard]] virtual bool wants_attempts() const noexcept { return true; }
};

} // namespace plug
