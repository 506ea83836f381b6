#include "core/plug/connect_reply.hpp"

#include "core/plug/status_line.hpp"

#include <utility>

namespace plug {

namespace {

/// What a log line shows of a proxy's words at most.
constexpr std::size_t longest_reason = 200;

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
