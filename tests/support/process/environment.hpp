// The environment of the test process.
#pragma once

#include <cstdlib>
#include <string>

namespace plug::test {

/// Sets the time zone of this process as TZ does; empty = that of the system.
void set_time_zone(const std::string& name);

/// Sets the time zone of this process, and the old one again at its end.
struct time_zone {
    explicit time_zone(const char* name) {
        if (const char* old = std::getenv("TZ")) {
            before = old;
        }
        set_time_zone(name);
    }
    ~time_zone() { set_time_zone(before); }
    time_zone(const time_zone&) = delete;
    time_zone& operator=(const time_zone&) = delete;

    std::string before;
};

} // namespace plug::test
