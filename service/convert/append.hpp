// Adds converted plugs to a configuration file that is there.
#pragma once

#include "service/options/settings.hpp"

#include <filesystem>
#include <string>
#include <variant>

namespace plug {

/// Give the file the content `text`, and print `report`.
struct write_request {
    std::filesystem::path path;
    std::string text;
    std::string report;
    /// What standard error gets, in whole lines.
    std::string notes{};
};

/// Why nothing is added: a report in whole lines, and the exit code for it.
struct append_failure {
    std::string report;
    int exit_code = exit_codes{}.configuration;
};

/// The file at `path` with the plugs of `settings` behind its own, under names that are not taken.
/// A file that is not there is a new one. It is to be what `plug check` accepts; what the process
/// is told has to be the same in both, as long as the file has plugs of its own. Where `settings`
/// are as 3.0 has them by itself, the file decides, unless a line of 2.x (`is_2x`) means them so.
[[nodiscard]] std::variant<write_request, append_failure>
append_to_file(const std::filesystem::path& path, plug::settings settings, bool is_2x);

} // namespace plug
