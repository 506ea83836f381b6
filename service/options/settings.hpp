// What a command line or a file says in all: the engine's configuration, and how the process is to
// behave around it.
#pragma once

#include "core/config/configuration.hpp"
#include "core/config/parsed.hpp"
#include "service/log/destination.hpp"
#include "service/log/session_format.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace plug {

/// Exit codes; a 2.x command line keeps the old ones.
struct exit_codes {
    int usage = 64;
    int conflict = 65;
    int address_in_use = 69;
    int system = 71;
    int cannot_create = 73;
    int permission = 77;
    int configuration = 78;

    /// 5 = usage, 4 = fatal.
    static constexpr exit_codes of_2x() { return {5, 5, 4, 4, 4, 4, 5}; }
};

/// What the service, its event log source and its control channel are called unless told otherwise.
inline constexpr const char* default_service_name = "plugdaemon";

/// Everything that one run of the daemon needs.
struct settings {
    configuration engine;
    exit_codes exits;
    /// Leave the terminal; otherwise stay in the foreground.
    bool detach = true;
    /// The name as which a service manager runs this process; unset = none does. The log goes to
    /// the system's then.
    std::optional<std::string> service;
    /// Its file is absolute.
    log_destination log_to;
    /// In the foreground the notices of connections go to the system's log, as in 2.x.
    bool notices_to_system_log = false;
    /// 0 = none, 1 = debug, 2 = trace.
    int debug = 0;
    /// Log start, connections and their end.
    bool log_connections = false;
    /// Absolute; unset = none.
    std::optional<std::filesystem::path> pid_file;
    /// Absolute, or "-" for standard output; unset = none.
    std::optional<std::filesystem::path> session_log;
    plug::session_format session_format = session_format::lines_2x;
    /// Where the control channel is, absolute, or "-" for none; unset = where the system has its
    /// own, for plugs that were read from a file.
    std::optional<std::filesystem::path> control;
    /// Whom the process becomes once it has opened everything, a name or a number; empty = it stays
    /// who it is.
    std::string user;
    /// The group to go with; empty = the user's own.
    std::string group;
    /// The root folder from then on, absolute; unset = it stays.
    std::optional<std::filesystem::path> chroot;
    /// The file that the plugs were read from, absolute; unset = the command line.
    std::optional<std::filesystem::path> config_file;
};

/// Reads the configuration file once more, with the options of the command line: the settings, or a
/// report of what is wrong, in one or more lines.
using settings_reader = std::function<parsed<settings>()>;

} // namespace plug
