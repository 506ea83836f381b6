// Writes the records of sessions that have ended to the session file, in the form that is asked
// for.
#pragma once

#include "service/log/record_file.hpp"
#include "service/log/record_json.hpp"
#include "service/log/sink.hpp"

#include <functional>
#include <optional>
#include <string>

namespace plug {

class session_sink final : public log_sink {
public:
    /// `tell` hears of a file that cannot be written, and of records that were dropped.
    session_sink(const log_options& options, std::function<void(event)> tell);

    /// A session file that is another one is not opened yet.
    void change(const log_options& options) override;
    void reopen() override;
    void write(const std::vector<event>& batch, std::uint64_t dropped) override;

private:
    void append_line(const session_record& record);
    void tell_outcome(const boost::system::error_code& error);

    std::function<void(event)> tell_;
    session_format format_ = session_format::lines_2x;
    session_line_format as_line_;
    session_json_format as_json_;
    std::optional<std::filesystem::path> path_;
    std::optional<session_log> file_;
    std::string lines_;
    bool unwritable_ = false;
};

} // namespace plug
