// How a configuration file writes what the command line writes as a long option: `sticky_timeout`
// for `--sticky-timeout`.
#pragma once

#include "service/options/table.hpp"

#include <string>
#include <string_view>

namespace plug {

/// The key of an option: its name with `_` for `-`.
[[nodiscard]] std::string key_of(std::string_view option);

/// The option of that key which a file may set; null = there is none.
[[nodiscard]] const long_option* find_key(std::string_view key);

/// The table that keys of that scope stand in, as it is written: `[process]`,
/// `[plug.NAME]`; `the file` outside of both.
[[nodiscard]] std::string table_of(option_scope scope);

/// The value that `option` takes in a file, with an example.
[[nodiscard]] std::string value_form_of(const long_option& option);

/// A problem that speaks of options, in the words of a file: `WHERE: WHAT`.
[[nodiscard]] std::string in_words_of_file(const problem& told);

} // namespace plug
