// The options --check and --check-...: what they do to the line that is being read.
#pragma once

#include "core/config/check_config.hpp"
#include "service/options/draft.hpp"

#include <string>
#include <string_view>

namespace plug {

void apply_check(line_3& line, const std::string& kind);
void apply_check_interval(line_3& line, const std::string& value);
void apply_check_timeout(line_3& line, const std::string& value);
void apply_check_jitter(line_3& line, const std::string& value);
void apply_check_rise(line_3& line, const std::string& value);
void apply_check_fall(line_3& line, const std::string& value);
void apply_check_port(line_3& line, const std::string& value);
void apply_check_method(line_3& line, const std::string& value);
void apply_check_path(line_3& line, const std::string& value);
void apply_check_host(line_3& line, const std::string& value);
void apply_check_status(line_3& line, const std::string& value);
void apply_check_send(line_3& line, const std::string& value);
void apply_check_expect(line_3& line, const std::string& value);
void apply_check_user(line_3& line, const std::string& value);
/// One more word of it.
void apply_check_command(line_3& line, const std::string& value);

/// Gives the plug of the line the check that the options describe. Tells of those that mean nothing
/// to its kind, or that there is no check at all.
void settle_check(line_3& line);

/// Takes back what was said of a check: there is none.
void drop_check(line_3& line);

/// The name without `--check-` of an option that says more of a check, such as `path`; empty = it
/// is none.
[[nodiscard]] std::string_view detail_of_check(std::string_view option);

} // namespace plug
