// The options about the process and the files that belong to it: what they do to the line that is
// being read.
#pragma once

#include "service/options/draft.hpp"

#include <string>

namespace plug {

void apply_config(line_3& line, const std::string& value);
void apply_pid_file(line_3& line, const std::string& value);
void apply_control(line_3& line, const std::string& value);
void apply_grace(line_3& line, const std::string& value);
void apply_threads(line_3& line, const std::string& value);
void apply_spin(line_3& line, const std::string& value);

} // namespace plug
