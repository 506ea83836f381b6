// Writes settings down as a configuration file.
#pragma once

#include "service/options/settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// The text of a file (plug.toml) that gives the settings, except for their exit codes and for
/// whether to detach. What is as the defaults of 3.0 have it is not written.
[[nodiscard]] std::string file_of(const plug::settings& settings);

/// The same with every key that has a value, usual or not, and with comments for those that have
/// none. `detach` where the settings say so, and `foreground` where that is wanted.
[[nodiscard]] std::string whole_file_of(const plug::settings& settings, bool foreground);

/// The tables of the plugs alone.
[[nodiscard]] std::string plugs_of(const plug::settings& settings);

/// The keys of [process] that have a value, usual or not, and the values as a file has them.
using process_table = std::map<std::string, std::string>;
[[nodiscard]] process_table process_values(const plug::settings& settings);

/// A key that has another value in one table than in the other; `not set` where it has none.
struct process_difference {
    std::string key;
    std::string one;
    std::string other;
};
[[nodiscard]] std::vector<process_difference> differences_between(const process_table& one,
                                                                  const process_table& other);

} // namespace plug
