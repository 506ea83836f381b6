// The log: takes every event of the engine and writes it on threads of its own, so that no worker
// waits for a disk or a log service, and the session file does not wait for the log.
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

    /// Starts the threads. `write` writes the lines of the log, and `reopen`, if set, opens their
    /// file again. Call after the last fork.
    void start(line_writer write, std::function<void()> reopen = {});

    /// Follows `options` from now on, and opens another session file. `capacity` stays.
    void change(const log_options& options);

    /// Opens the session file and the file of the log; new ones if they were renamed. `wait` =
    /// return when the session file is open or was found unwritable (which is logged), or after
    /// 5 s.
    void open_files(bool wait);

    /// Writes the remaining events and ends the threads. False = a sink hung for 5 s: its thread
    /// was left behind, and the process should end by std::_Exit().
    bool close() noexcept;

private:
    void note_options(const log_options& options) noexcept;

    log_options options_;
    std::atomic<bool> wants_records_{false};
    std::atomic<bool> wants_session_lines_{false};
    std::atomic<bool> wants_attempts_{false};
    /// Shared with the sink of the session file, which reports its failures there.
    std::shared_ptr<log_queue> lines_;
    log_queue records_;
};

} // namespace plug
