// Writes the lines of the events that the options of the log ask for.
#pragma once

#include "service/log/event_table.hpp"
#include "service/log/sink.hpp"
#include "service/log/system_output.hpp"

#include <functional>

namespace plug {

class line_sink final : public log_sink {
public:
    /// `reopen` opens the file of `write` anew; empty = there is no file.
    line_sink(const log_options& options, line_writer write, std::function<void()> reopen);

    void change(const log_options& options) override { options_ = options; }
    void reopen() override;
    void write(const std::vector<event>& batch, std::uint64_t dropped) override;

private:
    void write(const event& happened);
    void write(const event_text& line, const event& happened);
    [[nodiscard]] bool is_wanted(written when) const;

    log_options options_;
    line_writer write_;
    std::function<void()> reopen_;
};

} // namespace plug
