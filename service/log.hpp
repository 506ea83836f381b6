// The log: takes every event of the engine, and writes them down on a thread of its own, so that no
// worker ever waits for a disk or a log service.
#pragma once

#include "core/monitor/event.hpp"
#include "service/log_batch.hpp"
#include "service/log_lines.hpp"

#include <memory>
#include <string>

namespace plug {

/// The sink of every event. Life: construct, start(), close(). Events before start() wait.
class event_log final : public event_sink {
public:
    explicit event_log(log_options options);
    /// Closes.
    ~event_log() override;
    event_log(const event_log&) = delete;
    event_log& operator=(const event_log&) = delete;

    void publish(event happened) noexcept override;
    [[nodiscard]] bool wants_sessions() const noexcept override;
    [[nodiscard]] bool wants_attempts() const noexcept override;

    /// Starts the thread, which writes the lines with `write`. Call after the last fork.
    void start(line_writer write);

    /// From now on what is written is what `options` say; a session file that is another one is
    /// opened. `capacity` stays.
    void change(const log_options& options);

    /// Opens the session file, anew where it was renamed. `wait` = not before it is open (or has
    /// turned out to be unwritable, which is logged), or 5 s have passed.
    void open_session_log(bool wait);

    /// Writes what is left and ends the thread. False = a log did not take it for 5 s: the thread
    /// was left behind, and the process should end by std::_Exit().
    bool close() noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace plug
