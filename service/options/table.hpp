// The options that describe a plug and the process around it: one table says how each is written,
// what help tells about it, and what it does. The 3.0 command line takes them as they are; in the
// configuration file they are keys.
#pragma once

#include "service/options/argument_splitter.hpp"
#include "service/options/draft.hpp"

#include <span>
#include <string>
#include <string_view>

namespace plug {

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

} // namespace plug
