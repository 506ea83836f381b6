// The options about logs: what they do to the line that is being read.
#pragma once

#include "service/options/draft.hpp"

#include <string>

namespace plug {

void apply_log_to(line_3& line, const std::string& value);
void apply_session_log(line_3& line, const std::string& value);
void apply_session_format(line_3& line, const std::string& value);
void apply_debug(line_3& line, const std::string& value);

} // namespace plug
