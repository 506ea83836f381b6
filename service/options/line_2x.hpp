// The command line of Plugdaemon 2.x: `plug [options] port target[:port] ...`.
#pragma once

#include "core/config/validate.hpp"
#include "service/options/settings.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// What a 2.x line says.
struct line_2x {
    /// Paths are as they were written.
    plug::settings settings;
    /// What cannot be read, or is missing; what is wrong with the whole is not looked for here.
    std::vector<problem> problems;
    /// `-V`: nothing but the version is wanted.
    bool version = false;
};

/// Reads `words`, the arguments without the program's name. Unless the line says that it is to stay
/// in the foreground, it detaches.
line_2x read_line_2x(std::span<const std::string> words);

/// What takes the place of the 2.x option `-letter` in a 3.0 line; empty = there is no such option.
[[nodiscard]] std::string_view long_form_of(char letter);

} // namespace plug
