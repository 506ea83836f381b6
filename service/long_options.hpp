// The options of the 3.0 command line that describe a plug: one table says how each is written,
// what help tells about it, and what it does.
#pragma once

#include "core/config/validate.hpp"
#include "service/option_words.hpp"
#include "service/settings.hpp"

#include <optional>
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
    /// An option that means nothing without --sticky.
    std::string needs_sticky;
};

/// One option.
struct long_option {
    option_form form;
    /// The heading under which help tells about it.
    std::string_view group;
    std::string_view help;
    /// Called with the value, which is empty for a flag.
    void (*apply)(line_3& line, const std::string& value);
};

/// All of them, those of one group together.
[[nodiscard]] std::span<const long_option> long_options();

/// Reads `words`, a line without the word `run`: LISTEN, targets and options. How the process is to
/// stand to its terminal is left in `foreground` and `detach`.
line_3 read_line_3(std::span<const std::string> words);

} // namespace plug
