// The options about targets, which one is picked and how long it is waited for: what they do to the
// line that is being read.
#pragma once

#include "service/options/draft.hpp"

#include <string>

namespace plug {

void apply_policy(line_3& line, const std::string& value);
void apply_sticky_timeout(line_3& line, const std::string& value);
void apply_sticky_capacity(line_3& line, const std::string& value);
void apply_retry(line_3& line, const std::string& value);
void apply_slow_start(line_3& line, const std::string& value);
void apply_max_connections(line_3& line, const std::string& value);
void apply_queue_capacity(line_3& line, const std::string& value);
void apply_queue_timeout(line_3& line, const std::string& value);
void apply_on_down(line_3& line, const std::string& value);
void apply_on_removed(line_3& line, const std::string& value);
void apply_connect_timeout(line_3& line, const std::string& value);

} // namespace plug
