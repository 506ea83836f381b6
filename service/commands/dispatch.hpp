// The command lines of `plug`: tells 2.x and 3.0 apart and reads either into the same settings.
#pragma once

#include "core/config/validate.hpp"
#include "platform/service_control.hpp"
#include "service/control/explain_query.hpp"
#include "service/options/settings.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace plug {

/// Which of the two command lines a line is written in.
enum class dialect { v2, v3 };

/// The dialect of `words` (without the program's name), or a problem where both are mixed:
/// 3.0 when the first word is a command or any word begins with `--`; 2.x when it has a
/// single-letter option and no `--` word; with neither it is 3.0.
std::variant<dialect, problem> dialect_of(std::span<const std::string> words);

/// Run the plug that was described.
struct run_command {
    plug::settings settings;
    /// For a reload; empty = there is no file.
    settings_reader read_again{};
};

/// Print `text` to standard output and exit 0: help, version, the outcome of convert.
struct print_command {
    std::string text;
    /// What standard error gets, in whole lines.
    std::string notes{};
};

/// `plug convert --append FILE`: give the file the content `text`, and print `told`.
struct write_command {
    std::filesystem::path path;
    std::string text;
    std::string told;
    /// As in print_command.
    std::string notes{};
};

/// `plug check --live`: look at what the settings will meet, too.
struct live_check_command {
    plug::settings settings;
    /// What is told of the file itself, with the end of the line.
    std::string file;
    /// Where a plug may run that holds its addresses already.
    std::string place;
};

/// `plug demo`.
struct demo_command {
    /// 0 = any free one.
    std::uint16_t port = 8080;
    /// Ends by itself after this time; unset = on Ctrl-C.
    std::optional<std::chrono::seconds> seconds;
};

/// `plug service ...`: what the service manager is to do, or `run`, which the service manager
/// itself gives to the process that it starts.
struct service_command {
    enum class action { install, configure, uninstall, start, stop, restart, status, run };
    action what = action::status;
    std::string name = default_service_name;
    std::optional<platform::service_start> start;
    std::optional<std::string> account;
    /// What the service runs, as words behind `plug`; empty = not given.
    std::vector<std::string> line;
    /// The file that `line` runs, absolute; unset = another kind of line.
    std::optional<std::filesystem::path> config;
    /// Where relative paths of `line` count from.
    std::optional<std::filesystem::path> folder;
};

/// `plug reload`: the plug that serves `place` is to read its file again.
struct reload_command {
    std::string place;
    /// Even where the file holds no plug, which takes all of them away.
    bool may_be_empty = false;
};

/// `plug explain`: what the plug that serves `place` would do with a client.
struct explain_command {
    std::string place;
    explain_query asked;
    /// Print what the plug said as it is.
    bool json = false;
};

/// The line cannot be used: every problem, then the usage, and exit with `exit_code`.
struct usage_error {
    std::vector<problem> problems;
    std::string usage;
    int exit_code = 64;
};

/// The configuration file cannot be used: print `report` to standard error as it is, and exit with
/// `exit_code`.
struct file_error {
    std::string report;
    int exit_code = 78;
};

using command =
    std::variant<run_command, print_command, write_command, live_check_command, demo_command,
                 service_command, reload_command, explain_command, usage_error, file_error>;

/// Reads `words`, the arguments without the program's name, and the configuration file that they
/// name. Paths are made absolute against the current directory. `is_supervised` = a supervisor
/// wants the foreground (platform::supervised()). The settings of a run_command have passed
/// validate().
command parse_command_line(std::span<const std::string> words, bool is_supervised);

} // namespace plug
