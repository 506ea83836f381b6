// Moments as logs write them, by ISO 8601: `2026-11-27T13:34:15.123456+02:00`.
#pragma once

#include <chrono>
#include <ctime>
#include <string>

namespace plug {

/// Makes the texts of moments that mostly come in order: what they have in common is made once a
/// second. Belongs to one thread.
class time_stamp {
public:
    /// Appends local time with its distance from UTC, to the microsecond.
    void append_to(std::string& text, std::chrono::system_clock::time_point when);

private:
    void go_to(std::time_t second);

    std::string date_and_time_;
    std::string zone_;
    std::time_t second_ = -1;
};

} // namespace plug
