// A listener: accepts clients, applies access rules and limits, and starts their sessions.
#pragma once

#include "core/plug_runtime.hpp"
#include "core/worker.hpp"
#include "platform/transport.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plug {

/// One acceptor on one worker. Belongs to that worker's thread once run() has started.
class listener {
public:
    /// `workers` are all of them, in the order that open_acceptors() was given.
    listener(platform::acceptor socket, std::shared_ptr<const listening> where, worker& home,
             std::span<const std::unique_ptr<worker>> workers);

    /// Accepts until stop(). Counts as a listener in the census until then.
    static platform::task<void> run(std::shared_ptr<listener> self);

    /// Clients that are accepted from now on are for `where`.
    void serve(std::shared_ptr<const listening> where);

    /// See acceptor::let_overlap(). Any thread, before stop().
    void let_overlap() noexcept { socket_.let_overlap(); }

    /// Takes those that the system has queued, then closes.
    void stop() noexcept;

private:
    /// Why no client is to be taken at this moment.
    struct hindrance {
        const char* action;
        platform::error_code error;
    };

    platform::task<void> take_clients();
    platform::task<void> wait_for_room();
    platform::task<void> pause(hindrance why);
    void tell_pause(const hindrance& why, platform::clock::time_point now);
    [[nodiscard]] std::optional<hindrance> what_hinders() const;
    void welcome(platform::accept_result accepted);
    void start_session(platform::accept_result accepted);
    void resumed();
    void note_no_memory();

    platform::acceptor socket_;
    std::shared_ptr<const listening> where_;
    worker& home_;
    const std::span<const std::unique_ptr<worker>> workers_;
    std::chrono::milliseconds next_pause_;
    /// Before that another pause is not worth a line.
    platform::clock::time_point silent_until_{};
    bool told_pause_ = false;
    bool stopping_ = false;
};

} // namespace plug
