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
    bool asks_for_help = false;
    bool asks_for_version = false;
    std::optional<std::string> source;
    bool first = false;
    /// The check that --check-... describe, and whether --check asks for it.
    check_config check;
    bool has_check = false;
    /// The configuration file that describes the plugs instead.
    std::optional<std::filesystem::path> config;
    /// The names of the options that the command line gave.
    std::set<std::string, std::less<>> given;
    /// The names of the options that were read, each once; those that a plug takes over
    /// from [defaults], or the check of a target from its plug, are inherited.
    std::vector<std::string_view> said;
    std::vector<std::string_view> inherited;

    [[nodiscard]] bool says(std::string_view option) const;
    [[nodiscard]] bool says_or_inherits(std::string_view option) const;
};

/// The one plug of a line.
inline plug_config& plug_of(line_3& line) { return line.settings.engine.plugs.front(); }

/// What a line starts from: one plug, with the defaults of 3.0.
[[nodiscard]] line_3 empty_line_3();

/// The same, to compare with.
[[nodiscard]] const line_3& usual_line_3();

/// What was read so far is inherited.
void inherit(line_3& line);

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
