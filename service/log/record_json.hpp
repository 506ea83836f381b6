// Session records as JSON: one object a line, with everything that is known about the session.
#pragma once

#include "core/monitor/session_record.hpp"
#include "service/text/time_stamp.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plug {

/// Makes the lines. Belongs to one thread.
class session_json_format {
public:
    /// `process` is the process that the lines name.
    explicit session_json_format(std::uint64_t process);

    /// Appends an object and a newline to `lines`. Times are whole microseconds (`_us`), except the
    /// time of the end (ISO 8601, local with the offset from UTC). Unknown values are null.
    void append_to(std::string& lines, const session_record& record);

private:
    std::string process_;
    time_stamp time_;
};

/// Appends `text` to `json` as a string in quotation marks. Bytes other than printable ASCII are
/// written as `\xNN`, as in the other logs.
void append_json_text(std::string& json, std::string_view text);

} // namespace plug
