// The log: takes every event of the engine, and has it written down by threads of its own, so that
// no worker ever waits for a disk or a log service, nor the session file for the log.
#pragma once

#include "core/monitor/event.hpp"
#include "service/log/queue.hpp"
#include "service/log/system_output.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace plug {

/// The sink of every event. Life: construct, start(), close(). Events before start() wait.
class event_log final : public event_sink {
public:
    explicit event_log(const log_options& options);
    /// Closes.
    ~event_log() override;
    event_log(const event_log&) = delete;
    event_log& operator=(const event_log&) = delete;

    void publish(event happened) noexcept override;
    void drop() noexcept override;
    [[nodiscard]] bool wants_sessions() const noexcept override;
    [[nodiscard]] bool wants_attempts() const noexcept override;

    /// Starts the threads; lines of the log are written with `write`, and `reopen` opens their file
    /// anew where they have one. Call after the last fork.
    void start(line_writer write, std::function<void()> reopen = {});

    /// From now on what is written is what `options` say; a session file that is another one is
    /// opened. `capacity` stays.
    void change(const log_options& options);

    /// Opens the session file and the file of the log, anew where they were renamed. `wait` = not
    /// before the session file is open (or has turned out to be unwritable, which is logged), or 5
    /// s have passed.
    void open_files(bool wait);

    /// Writes what is left and ends the threads. False = a sink did not take it for 5 s: its thread
    /// was left behind, and the process should end by std::_Exit().
    bool close() noexcept;

private:
    void note_wishes(const log_options& options) noexcept;

    log_options options_;
    std::atomic<bool> wants_records_{false};
    std::atomic<bool> wants_session_lines_{false};
    std::atomic<bool> wants_attempts_{false};
    /// Shared with the sink of the session file, which tells what it cannot write.
    std::shared_ptr<log_queue> lines_;
    log_queue records_;
};

} // namespace plug
