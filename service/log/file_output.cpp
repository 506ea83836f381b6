#include "service/log/file_output.hpp"

#include "platform/host.hpp"
#include "service/log/event_table.hpp"

#include <chrono>
#include <utility>

namespace plug {

namespace {

using platform::severity;

std::string_view name_of(severity level) {
    switch (level) {
    case severity::trace:
        return " trace";
    case severity::debug:
        return " debug";
    case severity::info:
        return " info";
    case severity::notice:
        return " notice";
    case severity::warning:
        return " warning";
    case severity::error:
        break;
    }
    return " error";
}

} // namespace

log_file::log_file(std::filesystem::path path)
    : file_(std::move(path)), process_(" plug[" + std::to_string(platform::process_id()) + "]: ") {}

boost::system::error_code log_file::open() { return file_.open(); }

void log_file::append(severity level, std::string_view text) {
    time_.append_to(lines_, std::chrono::system_clock::now());
    lines_ += name_of(level);
    lines_ += process_;
    lines_ += text;
    lines_ += '\n';
}

void log_file::write(const log_line& line) {
    lines_.clear();
    if (lost_ > 0) {
        append(severity::warning,
               "log: lines lost that this file did not take: " + std::to_string(lost_));
    }
    append(line.severity, line.text);
    const auto failed = file_.append(lines_);
    lost_ = failed ? lost_ + 1 : 0;
    report_outcome(failed);
}

void log_file::report_outcome(const boost::system::error_code& failed) {
    if (failed && !unwritable_) {
        const event trouble = log_unwritable{file_.path().string(), failed.message()};
        const auto row = describe(trouble);
        otherwise_({row.severity, row.id, row.text, &trouble});
    }
    unwritable_ = failed.failed();
}

} // namespace plug
