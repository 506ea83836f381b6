#include "core/session/connect_reply.hpp"

#include <algorithm>
#include <utility>

namespace plug {

namespace {

/// What a log line shows of a proxy's words at most.
constexpr std::size_t longest_reason = 200;

bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }

/// The status of `HTTP/1.x NNN[ reason]`, or 0 where the line is not of that form.
int status_of(std::string_view line) noexcept {
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t length = 12; // of "HTTP/1.1 200"
    if (line.size() < length || !line.starts_with(version) || !is_digit(line[7]) ||
        line[8] != ' ' || (line.size() > length && line[length] != ' ')) {
        return 0;
    }
    const auto digits = line.substr(9, 3);
    if (!std::all_of(digits.begin(), digits.end(), is_digit) || digits[0] == '0') {
        return 0;
    }
    return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
}

} // namespace

std::size_t connect_reply::feed(std::string_view bytes) {
    std::size_t used = 0;
    while (state_ == state::reading && used < bytes.size()) {
        if (taken_ == limit) {
            refuse("the reply's header is longer than 16 KiB");
            break;
        }
        const char next = bytes[used++];
        ++taken_;
        if (next != '\n') {
            line_ += next;
            continue;
        }
        if (line_.ends_with('\r')) {
            line_.pop_back();
        }
        take_line(std::exchange(line_, {}));
    }
    return used;
}

void connect_reply::take_line(std::string_view line) {
    if (!in_header_) {
        take_status_line(line);
    } else if (line.empty()) {
        in_header_ = false;
        if (status_ >= 200) {
            state_ = state::open;
        }
    }
}

void connect_reply::take_status_line(std::string_view line) {
    status_ = status_of(line);
    if (status_ == 0) {
        refuse("not an HTTP status line: " + std::string(line));
    } else if (status_ >= 300) {
        refuse(line);
    } else if (status_ == 101) {
        refuse(line); // switches protocols: no CONNECT tunnel will follow
    } else {
        in_header_ = true;
    }
}

void connect_reply::refuse(std::string_view why) {
    state_ = state::refused;
    why_ = why.substr(0, longest_reason);
}

} // namespace plug
