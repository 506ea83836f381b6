// The log in a file: a line begins with its time and its severity. The file may be renamed at any
// time, as log rotation does.
#pragma once

#include "platform/append_file.hpp"
#include "service/log/system_output.hpp"
#include "service/text/time_stamp.hpp"

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace plug {

/// Belongs to one thread at a time.
class log_file {
public:
    /// An absolute path; opens nothing yet.
    explicit log_file(std::filesystem::path path);

    /// `otherwise` writes, once, the report that the file cannot be written. Call before the first
    /// line.
    void fall_back_on(line_writer otherwise) { otherwise_ = std::move(otherwise); }

    /// Creates the file if the path names none.
    boost::system::error_code open();

    /// The same; reports a failure.
    void reopen() { report_outcome(open()); }

    /// Appends `TIME SEVERITY plug[PID]: TEXT`. A line that cannot be written is lost; their number
    /// is written when the file can be written again.
    void write(const log_line& line);

private:
    void append(platform::severity severity, std::string_view text);
    void report_outcome(const boost::system::error_code& failed);

    platform::append_file file_;
    line_writer otherwise_;
    const std::string process_;
    time_stamp time_;
    std::string lines_;
    std::uint64_t lost_ = 0;
    bool unwritable_ = false;
};

} // namespace plug
