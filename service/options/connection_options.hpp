// The options about connections, who may come, from where and through what targets are reached, and
// how long a session lasts: what they do to the line that is being read.
#pragma once

#include "service/options/draft.hpp"

#include <string>

namespace plug {

void apply_allow(line_3& line, const std::string& value);
void apply_source(line_3& line, const std::string& value);
void apply_via(line_3& line, const std::string& value);
void apply_idle_timeout(line_3& line, const std::string& value);
void apply_half_closed_timeout(line_3& line, const std::string& value);
void apply_max_session_age(line_3& line, const std::string& value);
void apply_max_session_age_jitter(line_3& line, const std::string& value);

} // namespace plug
