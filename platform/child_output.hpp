// What a body of child_process.hpp does alike on every system: keeps the beginning of the output,
// watches the time, and makes the environment.
#pragma once

#include "platform/child_process.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plug::platform {

/// Keeps the first line, within its bound.
class first_line {
public:
    void add(std::string_view bytes) {
        if (!whole_) {
            const auto end = bytes.find_first_of("\r\n");
            whole_ = end != std::string_view::npos;
            line_ += bytes.substr(0, std::min(end, longest_said - line_.size()));
        }
    }

    [[nodiscard]] const std::string& text() const noexcept { return line_; }

private:
    std::string line_;
    bool whole_ = false;
};

/// Pauses between two looks at a program, growing: most end soon.
class growing_pause {
public:
    std::chrono::milliseconds next() noexcept {
        const auto now = pause_;
        pause_ = std::min(2 * pause_, std::chrono::milliseconds(20));
        return now;
    }

private:
    std::chrono::milliseconds pause_{1};
};

/// The time that a program is given. It is looked at after each pause; where that took far longer,
/// this process was stopped, and most often the program with it, as containers and machines are:
/// then that time does not count.
class running_time {
public:
    explicit running_time(std::chrono::milliseconds limit) noexcept
        : looked_at_(clock::now()), end_(looked_at_ + limit) {}

    /// To be asked before the program is looked at: it may have ended in time and be seen late.
    [[nodiscard]] bool is_over() noexcept {
        const auto now = clock::now();
        const auto since = now - std::exchange(looked_at_, now);
        if (since > longest_turn) {
            end_ += since;
        }
        return now >= end_;
    }

private:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds longest_turn{1};

    clock::time_point looked_at_;
    clock::time_point end_;
};

/// `inherited` as `program` is to have it.
inline std::vector<std::string> environment_for(const child_program& program,
                                                std::vector<std::string> inherited) {
    constexpr std::array<std::string_view, 6> of_supervisors{"NOTIFY_SOCKET", "WATCHDOG_PID",
                                                             "WATCHDOG_USEC", "LISTEN_PID",
                                                             "LISTEN_FDS",    "LISTEN_FDNAMES"};
    const auto name_of = [](std::string_view entry) { return entry.substr(0, entry.find('=')); };
    std::erase_if(inherited, [&](std::string_view entry) {
        const auto is_it = [&](std::string_view other) { return name_of(other) == name_of(entry); };
        return std::ranges::any_of(of_supervisors, is_it) ||
               std::ranges::any_of(program.environment, is_it);
    });
    inherited.insert(inherited.end(), program.environment.begin(), program.environment.end());
    return inherited;
}

} // namespace plug::platform
