// The options that describe a plug and the process around it: one table says how each is written,
// what help tells about it, and what it does. The 3.0 command line takes them as they are; in the
// configuration file they are keys.
#pragma once

#include "core/config/validate.hpp"
#include "service/option_words.hpp"
#include "service/settings.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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
    /// The check that --check-... describe, whether --check asks for it, and which of them were
    /// given.
    check_config check;
    bool has_check = false;
    std::vector<std::string> check_details;
    /// The configuration file that describes the plugs instead.
    std::optional<std::filesystem::path> config;
    /// The names of the options that were given.
    std::set<std::string, std::less<>> given;
};

/// What an option is about, and so in which table of a configuration file it is a key.
enum class option_scope {
    plug,
    process,
    /// The command line itself: no key of a file.
    line
};

struct option_group {
    /// Under which help tells about the options.
    std::string_view heading;
    option_scope scope;
};

/// One option.
struct long_option {
    option_form form;
    option_group group;
    std::string_view help;
    /// Called with the value, which is empty for a flag.
    void (*apply)(line_3& line, const std::string& value);
    /// Whether giving it again adds to what was given before.
    bool repeatable = false;
};

/// All of them, those of one group together.
[[nodiscard]] std::span<const long_option> long_options();

/// The option of that name; null = there is none.
[[nodiscard]] const long_option* find_long_option(std::string_view name);

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
