// The options --check and --check-..., which describe one check together.
#pragma once

#include "service/options/option.hpp"

#include <string>
#include <string_view>

namespace plug {

/// Reads --check. Another kind than the line has takes back what describes that.
void read_kind_of_check(line_3& line, const long_option& option, const std::string& text);

/// Reads --check-command: one more word of the command.
void read_word_of_command(line_3& line, const long_option& option, const std::string& text);

/// Gives the plug of the line the check that the options describe. Tells of those that mean nothing
/// to its kind, or that there is no check at all.
void settle_check(line_3& line);

/// Takes back what was said of a check: there is none.
void drop_check(line_3& line);

/// Forgets which details of a check were said.
void forget_details_of_check(line_3& line);

/// Whether `option` means something to a check of that kind.
[[nodiscard]] bool is_of_kind(const long_option& option, check_kind kind);

/// The name without `check-` of an option that says more of a check, such as `path`.
[[nodiscard]] std::string_view detail_of_check(const long_option& option);

} // namespace plug
