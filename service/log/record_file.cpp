#include "service/log/record_file.hpp"

#include "service/text/harmless.hpp"

#include <boost/date_time/c_time.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace plug {

namespace {

/// `port` or `address:port`, an IPv6 address in brackets.
std::string from_text(const session_record& record) {
    if (!record.listener) {
        return "-";
    }
    const std::string port = std::to_string(record.listener->port);
    const std::string& host = record.listener->address;
    if (host.empty()) {
        return port;
    }
    const bool bare_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
    return (bare_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

boost::system::error_code write_to_standard_output(std::string_view lines) {
    errno = 0;
    if (std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size() &&
        std::fflush(stdout) == 0) {
        return {};
    }
    const int error = errno != 0 ? errno : EIO;
    std::clearerr(stdout);
    return {error, boost::system::generic_category()};
}

} // namespace

session_line_format::session_line_format(std::uint64_t pid)
    : process_(" plug[" + std::to_string(pid) + "] ") {}

const std::string& session_line_format::time_text(std::time_t second) {
    if (second != time_second_) {
        std::tm buffer{};
        // localtime_r(), or on Windows localtime(), which does not fill the buffer.
        const std::tm* const local = boost::date_time::c_time::localtime(&second, &buffer);
        std::array<char, 32> text{};
        time_text_.assign(text.data(),
                          std::strftime(text.data(), text.size(), "[%Y-%m-%d %H:%M:%S]", local));
        time_second_ = second;
    }
    return time_text_;
}

void session_line_format::append_to(std::string& lines, const session_record& record) {
    lines += time_text(std::chrono::system_clock::to_time_t(record.ended_at));
    lines += process_;
    lines += from_text(record);
    lines += ' ';
    lines += record.client.address().to_string();
    lines += ' ';
    lines += record.target ? printable(*record.target) : "-";
    for (const std::uint64_t number : {record.from_client, record.from_target,
                                       static_cast<std::uint64_t>(record.duration.count())}) {
        lines += ' ';
        lines += std::to_string(number);
    }
    lines += '\n';
}

session_log::session_log(std::filesystem::path path) : file_(std::move(path)) {}

boost::system::error_code session_log::open() {
    return is_standard_output() ? boost::system::error_code() : file_.open();
}

boost::system::error_code session_log::append(std::string_view lines) {
    return is_standard_output() ? write_to_standard_output(lines) : file_.append(lines);
}

std::string session_log::name() const {
    return is_standard_output() ? "standard output" : file_.path().string();
}

std::string why_no_session_log(const std::optional<std::filesystem::path>& path) {
    if (!path) {
        return {};
    }
    session_log file(*path);
    const auto error = file.open();
    if (!error || error == boost::system::errc::no_such_device_or_address) {
        return {};
    }
    return "cannot open the session log " + file.name() + ": " + error.message();
}

} // namespace plug
