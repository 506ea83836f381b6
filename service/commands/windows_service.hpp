// `plug service`: plug as a service of Windows.
#pragma once

#include "platform/service_control.hpp"
#include "service/commands/command.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace plug {

/// What the service manager is to do, or `run`, which the service manager itself gives to the
/// process that it starts.
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

using service_line = std::variant<service_command, usage_error, file_error>;

/// Reads `words`, what follows `service`. A plug that is to be installed is judged here, with its
/// file, so that a wrong one never reaches the service manager; for `service run` that has to wait
/// until the service manager knows of the process.
service_line read_service(std::span<const std::string> words);

/// Carries out `wanted`, prints the result, and returns the exit code: 0 or one of exit_codes; for
/// `status` 0 = it runs, 3 = it has stopped, 4 = there is none.
int run_service_command(const service_command& wanted);

/// The words behind the program with which the service manager is to start the service.
[[nodiscard]] std::vector<std::string> service_words(const service_command& wanted);

/// The exit code for a request that came to nothing.
[[nodiscard]] int exit_code_of(platform::service_reply::kind what);

} // namespace plug
