// The program as the host runs it: the engine with its logs, its pid file and its control channel.
#pragma once

#include "core/engine/engine.hpp"
#include "platform/control_channel.hpp"
#include "platform/host.hpp"
#include "platform/passed_sockets.hpp"
#include "platform/pid_file.hpp"
#include "platform/privileges.hpp"
#include "service/control/control.hpp"
#include "service/daemon/background_thread.hpp"
#include "service/daemon/supervision.hpp"
#include "service/log/event_log.hpp"
#include "service/log/output.hpp"
#include "service/options/settings.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace plug {

/// What of `settings` the log is to know.
[[nodiscard]] log_options log_options_of(const settings& settings);

/// Life: start(), then the others, then close(). Functions belong to the host's thread unless they
/// say otherwise.
class daemon {
public:
    /// As run_daemon() has them; `read_again` must outlive it. `passed` are the sockets that the
    /// supervisor has passed, or why they cannot be used.
    daemon(settings settings, const settings_reader& read_again,
           parsed<platform::passed_sockets> passed);

    /// All or nothing: what was opened before a failure is closed again when this returns.
    platform::outcome start(std::function<void(int)> finished);

    void drain();
    void stop_now();

    /// Goes over to what the configuration file says now, or leaves all as it is: also where it
    /// holds no plug, plugs run, and it may not be empty. Any thread.
    reload_report reload(bool may_be_empty);

    /// Reopens the logs, and reloads soon, on another thread: names may take their time. Without a
    /// file there is nothing to reload.
    void reload_soon();

    /// What a plug would do with a client, or why nobody can say. Any thread.
    parsed<plug_explanation> explain(const explain_query& asked);

    /// Where its plugs listen. Any thread.
    held_addresses addresses();

    /// The names of its plugs. Any thread.
    std::vector<std::string> plug_names();

    void reopen_logs() { log_->open_files(false); }

    /// Ends all that still runs. False = a log hangs and the process should end at once.
    bool close();

private:
    [[nodiscard]] bool in_background() const { return settings_.detach || settings_.service; }
    // How it starts: daemon_start.cpp.
    platform::outcome open_log();
    void start_log();
    platform::outcome open_all();
    platform::outcome open_pid_file();
    platform::outcome open_control();
    platform::outcome open_session_log();
    [[nodiscard]] std::string control_place() const;
    void warn_of_few_descriptors();
    // Whom it becomes meanwhile: daemon_privileges.cpp.
    platform::outcome find_user();
    platform::outcome become_user();
    void give_logs();
    [[nodiscard]] platform::outcome why_not_readable_again() const;
    void run(std::function<void(int)> finished);
    void give_up(const std::string& why);
    // How it goes over to another configuration: daemon_reload.cpp.
    reload_report reload_now(bool may_be_empty);
    reload_report go_over(bool may_be_empty);
    [[nodiscard]] std::string why_not_empty(const settings& wanted) const;
    void tell(const reload_report& report);

    void give_up_places() noexcept;
    void release_pid_file() noexcept;

    settings settings_;
    const settings_reader& read_again_;
    /// Until the engine has them.
    parsed<platform::passed_sockets> passed_;
    const control_actions actions_{
        [this](bool may_be_empty) { return reload(may_be_empty); },
        [this](const explain_query& asked) { return explain(asked); },
        [this] { return addresses(); },
        [this](std::function<void()> act) { reloads_.run(std::move(act)); },
        [this] { return plug_names(); }};
    /// Between those that reload and the host: guards settings_, and the engine while it may
    /// reload. The channel's thread never waits for it.
    std::mutex mutex_;
    std::atomic<bool> may_reload_ = false;
    std::atomic<bool> reload_is_due_ = false;
    /// Whom it is still to become.
    std::optional<platform::account> user_;
    std::optional<event_log> log_;
    /// Where its lines go, once that is open.
    std::optional<log_output> lines_;
    bool log_runs_ = false;
    std::optional<platform::pid_file> pid_file_;
    // The engine's threads may still tell it something.
    std::optional<supervision> supervision_;
    std::optional<engine> engine_;
    std::unique_ptr<platform::control_channel> control_;
    /// Ends before anything that a reload uses.
    background_thread reloads_;
};

} // namespace plug
