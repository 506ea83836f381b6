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
/// A file that is not there is a new one. `plug check` must accept the result. If the file has
/// plugs of its own, the options of the process must be the same in both. The file decides about
/// options that `settings` leave at the default of 3.0, unless a line of 2.x (`is_2x`) means them.
[[nodiscard]] std::variant<write_request, append_failure>
append_to_file(const std::filesystem::path& path, plug::settings settings, bool is_2x);

} // namespace plug
