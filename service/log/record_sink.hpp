// Writes the records of ended sessions to the session file, in the form that the options name.
#pragma once

#include "service/log/record_file.hpp"
#include "service/log/record_json.hpp"
#include "service/log/sink.hpp"

#include <functional>
#include <optional>
#include <string>

namespace plug {

class record_sink final : public log_sink {
public:
    /// `report` takes the events of the sink itself: a file that cannot be written, lost records.
    record_sink(const log_options& options, std::function<void(event)> report);

    /// Does not open another session file yet.
    void change(const log_options& options) override;
    void reopen() override;
    void write(const std::vector<event>& batch, std::uint64_t dropped) override;

private:
    void append_line(const session_record& record);
    void report_outcome(const boost::system::error_code& error);

    std::function<void(event)> report_;
    session_format format_ = session_format::lines_2x;
    session_line_format as_line_;
    session_json_format as_json_;
    std::optional<std::filesystem::path> path_;
    std::optional<session_log> file_;
    std::string lines_;
    bool unwritable_ = false;
};

} // namespace plug
