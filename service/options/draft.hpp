// A line of the 3.0 command line that runs a plug, while it is read: LISTEN, targets and options
// become settings.
#pragma once

#include "core/config/validate.hpp"
#include "service/options/settings.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace plug {

/// What a 3.0 line that runs a plug says, while it is read.
struct line_3 {
    /// Paths are as they were written.
    plug::settings settings;
    std::vector<problem> problems;
    /// LISTEN, then the targets.
    std::vector<std::string> positionals;
    bool foreground = false;
    bool detach = false;
    std::optional<std::string> source;
    bool first = false;
    /// An option that means nothing without --sticky.
    std::string needs_sticky;
    /// The check that --check-... describe, whether --check asks for it, whether its timeout is
    /// anything but the usual one, and which of them were given.
    check_config check;
    bool has_check = false;
    bool has_check_timeout = false;
    std::vector<std::string> check_details;
    /// The configuration file that describes the plugs instead.
    std::optional<std::filesystem::path> config;
    /// The names of the options that were given.
    std::set<std::string, std::less<>> given;
};

/// The one plug of a line.
inline plug_config& plug_of(line_3& line) { return line.settings.engine.plugs.front(); }

/// What a line starts from: one plug, with the defaults of 3.0.
[[nodiscard]] line_3 empty_line_3();

/// Adds what `word` says, a LISTEN, to the plug of the line, and the source that was given.
void place_listen(line_3& line, const std::string& word);

/// Settles options that depend on others: tells of those that mean nothing without one that is
/// missing, or that contradict each other.
void settle_dependent_options(line_3& line);

/// Decides between foreground and background; `by_default_detached` where nothing is said.
void place_process(line_3& line, bool by_default_detached);

/// Reads `words`, a line without the word `run`: LISTEN, targets and options. How the process is to
/// stand to its terminal is left in `foreground` and `detach`. With `config` set there is no plug.
line_3 read_line_3(std::span<const std::string> words);

} // namespace plug
