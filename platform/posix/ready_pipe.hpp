// How the process that stays tells the one that was typed whether it has started.
#pragma once

#include "platform/host.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace plug::platform {

/// The pipe through which the process that stays tells the typed one how the start went: the exit
/// code in digits, a newline, and the message. Its end without an exit code is a failure.
class ready_pipe {
public:
    static std::optional<ready_pipe> open() noexcept {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            return std::nullopt;
        }
        for (const int end : ends) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        }
        return ready_pipe(ends[0], ends[1]);
    }

    void close_reader() noexcept { ::close(std::exchange(reader_, -1)); }
    void close_writer() noexcept { ::close(std::exchange(writer_, -1)); }

    /// Whether the typed process was still there to hear it.
    bool send(const outcome& started) noexcept {
        const std::string text = std::to_string(started.exit_code) + "\n" + started.message;
        const auto size = static_cast<ssize_t>(text.size());
        // Far below PIPE_BUF, so it goes out whole.
        const bool taken = ::write(writer_, text.data(), text.size()) == size;
        close_writer();
        return taken;
    }

    /// Waits, as long as it takes, until the other side has sent or ended.
    outcome receive(int failure_exit_code) {
        std::string text;
        std::array<char, 4096> buffer{};
        for (;;) {
            const ssize_t count = ::read(reader_, buffer.data(), buffer.size());
            if (count > 0) {
                text.append(buffer.data(), static_cast<std::size_t>(count));
            } else if (count == 0 || errno != EINTR) {
                break;
            }
        }
        close_reader();
        return parse(text, failure_exit_code);
    }

private:
    ready_pipe(int reader, int writer) noexcept : reader_(reader), writer_(writer) {}

    static outcome parse(const std::string& text, int failure_exit_code) {
        outcome started;
        const auto end = text.find('\n');
        if (end == std::string::npos) {
            return {failure_exit_code, "the process in the background ended before it had started"};
        }
        std::from_chars(text.data(), text.data() + end, started.exit_code);
        started.message = text.substr(end + 1);
        return started;
    }

    int reader_;
    int writer_;
};

} // namespace plug::platform
