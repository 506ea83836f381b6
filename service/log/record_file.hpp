// The session file (`-S`): one line for each session that has ended.
#pragma once

#include "core/monitor/session_record.hpp"
#include "platform/append_file.hpp"

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

/// Makes the lines of the session file. Belongs to one thread.
class session_line_format {
public:
    /// `pid` is the process that the lines name.
    explicit session_line_format(std::uint64_t pid);

    /// Appends `[yyyy-mm-dd HH:MM:SS] plug[PID] FROM PEER TO IN OUT DURATION` and a newline to
    /// `lines`: local time of the end, bytes, microseconds.
    void append_to(std::string& lines, const session_record& record);

private:
    /// The local time, `[yyyy-mm-dd HH:MM:SS]`; remembered for the second that it belongs to.
    const std::string& time_text(std::time_t second);
    std::string process_;
    std::string time_text_;
    std::time_t time_second_ = -1;
};

/// The session file, or standard output in its place. Belongs to one thread.
class session_log {
public:
    /// An absolute path, or `-` for standard output. Opens nothing yet.
    explicit session_log(std::filesystem::path path);

    /// Creates the file if the path names none.
    boost::system::error_code open();

    /// Writes whole lines with one write.
    boost::system::error_code append(std::string_view lines);

    /// For messages: the path, or `standard output`.
    [[nodiscard]] std::string name() const;

private:
    [[nodiscard]] bool is_standard_output() const { return file_.path() == "-"; }
    platform::append_file file_;
};

/// Why the session file at `path` (absolute, `-`, or unset) cannot be opened, as one phrase; empty
/// = it can. A FIFO without a reader is no failure. Creates the file if there is none.
[[nodiscard]] std::string why_no_session_log(const std::optional<std::filesystem::path>& path);

} // namespace plug
