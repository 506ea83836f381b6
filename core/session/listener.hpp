// A listener: accepts clients, asks the entrance about them, and starts their sessions.
#pragma once

#include "core/plug/lasting.hpp"
#include "core/plug/plug_runtime.hpp"
#include "core/plug/worker.hpp"
#include "platform/transport/transport.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plug {

/// One acceptor on one worker, which keeps it. Belongs to that worker's thread then.
class listener final : public lasting {
public:
    /// `workers` are all of them, in the order that open_acceptors() was given.
    listener(platform::acceptor socket, std::shared_ptr<const listening> where, worker& home,
             std::span<const std::unique_ptr<worker>> workers);

    /// Has its worker accept clients until stop(). Counts as a listener in the census until then.
    static void start(const std::shared_ptr<listener>& self, event_sink& events) noexcept;
    platform::task<void> go_on() override;
    [[nodiscard]] const char* action() const noexcept override { return "accept clients"; }
    void broke_off() noexcept override { note_no_memory(); }

    /// Clients that are accepted from now on are for `where`.
    void serve(std::shared_ptr<const listening> where);

    /// See acceptor::let_overlap(). Any thread, before stop().
    void let_overlap() noexcept { socket_.let_overlap(); }

    /// Takes those that the system has queued, then closes.
    void stop() noexcept;

    /// serve() and stop() on its worker's thread, soon. Any thread; the last reference goes there.
    static void serve_soon(std::shared_ptr<listener> self,
                           std::shared_ptr<const listening> where) noexcept;
    static void stop_soon(std::shared_ptr<listener> self) noexcept;

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
    void note_no_memory() noexcept;

    platform::acceptor socket_;
    std::shared_ptr<const listening> where_;
    worker& home_;
    const std::span<const std::unique_ptr<worker>> workers_;
    std::chrono::milliseconds next_pause_;
    /// Before that another pause is not worth a line.
    platform::clock::time_point silent_until_{};
    platform::handler_memory memory_to_serve_;
    platform::handler_memory memory_to_stop_;
    bool told_pause_ = false;
    bool stopping_ = false;
    bool ended_ = false;
};

} // namespace plug
