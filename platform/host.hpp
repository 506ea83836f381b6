// The host: what stands between the program and the system that started it. On Unix a foreground
// process or a detached daemon, on Windows a console or (later) the service manager.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace plug::platform {

/// What the process says to whoever started it: an exit code, and one line where it is not 0.
struct outcome {
    int exit_code = 0;
    std::string message;
};

/// What a host runs. Every function is called on the host's own thread and returns at once, except
/// start().
struct hosted_program {
    /// Opens everything and starts the threads; called once, in the process that stays. No thread,
    /// io_context or log sink may exist before. `finished(exit_code)` ends run_hosted() and may be
    /// called on any thread, once start() has succeeded.
    std::function<outcome(std::function<void(int)> finished)> start;
    /// Stop accepting and let the sessions run out.
    std::function<void()> drain;
    /// End every session now.
    std::function<void()> stop_now;
    /// Read the configuration again, and reopen log files.
    std::function<void()> reload;
    /// Reopen log files.
    std::function<void()> reopen_logs;
};

struct host_options {
    /// Leave the terminal and go on in the background, without the descriptors that the caller of
    /// the program left open, 0 to 2 apart. The process that was typed waits for start() and ends
    /// with its outcome.
    bool detach = false;
    /// Exit code where the process cannot detach, or died before it could report.
    int failure_exit_code = 71;
};

/// Makes the process sane: descriptors 0 to 2 are open, the umask is 022, a closed pipe and a file
/// at its size limit are errors and no signals, and children tell how they ended. To be called
/// first in main().
void prepare_process();

/// Runs `program` until it reports that it has finished, and returns the exit code. Where start()
/// fails, prints its message to standard error and returns its code. The first request to stop
/// drains, a second one ends at once.
int run_hosted(const hosted_program& program, const host_options& options);

/// Whether a request to stop has come that will be heard once hosted_program::start has returned.
/// To be asked from within that.
[[nodiscard]] bool stop_is_waiting() noexcept;

/// The id of this process, as logs show it. Changes with the fork of run_hosted().
[[nodiscard]] std::uint64_t process_id() noexcept;

/// Whether this process is to stay in the foreground unless told otherwise: where its supervisor
/// wants that (NOTIFY_SOCKET), and always where there is no detaching.
[[nodiscard]] bool supervised() noexcept;

/// Whether run_hosted() can detach on this system.
[[nodiscard]] bool can_detach() noexcept;

} // namespace plug::platform
