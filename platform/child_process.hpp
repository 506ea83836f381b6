// Runs a program of the operator's to its end: without a shell, without a descriptor of this
// process, and no longer than it may.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace plug::platform {

struct child_program {
    /// The path of the program, as operators know it (root_folder.hpp), then its arguments.
    std::vector<std::string> words;
    /// "NAME=value", in the place of what this process has under that name. What a supervisor of
    /// this process has told it is not passed on.
    std::vector<std::string> environment;
    /// From its start to its end; then it is killed, with all that it has started and that has not
    /// left its process group (POSIX) or job (Windows).
    std::chrono::milliseconds timeout;
};

/// How a program ended.
struct child_end {
    enum class kind {
        exited,
        /// By a signal. POSIX only.
        killed,
        timed_out,
        /// `wanted` was no longer so.
        stopped,
        /// There is no such program, or this process may not run it.
        not_runnable,
        /// The system is short of something, or has lost how it ended.
        shortage
    };
    kind how;
    /// Its exit status, or the number of the signal.
    int number = 0;
    /// The first line that it wrote, to standard output or error, at most longest_said bytes; or
    /// why it could not be started, in the system's words.
    std::string said;
};

/// How much of what a program writes is kept; all else is read and thrown away.
inline constexpr std::size_t longest_said = 256;

/// Runs a program whose standard input is empty, in a process group of its own (POSIX), with
/// signals as a program expects them. Blocks until it has ended, and it leaves no zombie; kills it
/// soon after `wanted` is false. Any thread.
child_end run_child(const child_program& program, const std::atomic<bool>& wanted);

} // namespace plug::platform
