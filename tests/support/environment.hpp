// The environment of the test process.
#pragma once

#include <string>

namespace plug::test {

/// Sets the time zone of this process as TZ does; empty = that of the system.
void set_time_zone(const std::string& name);

} // namespace plug::test
