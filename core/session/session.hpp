// A session: one client connection and its target connection, from accept to its record.
#pragma once

#include "core/balance/lease.hpp"
#include "core/plug_runtime.hpp"
#include "core/session/connector.hpp"
#include "core/worker.hpp"
#include "platform/transport.hpp"

#include <memory>

namespace plug {

/// Belongs to one worker. Its way: run() reaches a target and starts the relay, relay_ended() hears
/// of its end, finish() is the only exit.
class session : public session_hook, private platform::relay_observer {
public:
    /// Takes over `client`, which was accepted for `where` and belongs to `runner`. Counts itself
    /// in the runner's census.
    session(std::shared_ptr<const listening> where, worker& runner, platform::connection client);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Connects the session, on the worker's thread. From there on the session owns itself until
    /// its relay ends: no coroutine frames are held while bytes are relayed.
    static platform::task<void> run(std::unique_ptr<session> self);

    /// Ends the session by reset, wherever it stands.
    void cut() noexcept;

private:
    void relay_ended(const platform::relay_result& result) noexcept override;
    platform::task<bool> reach_target();
    platform::task<attempt> try_target(std::uint32_t target);
    platform::task<bool> found_elsewhere(std::shared_ptr<destination> where,
                                         std::shared_ptr<const destination::endpoints> before);
    platform::task<bool> wait_for_resources(platform::error_code lacking);
    void note_connected();
    void note_failed(const attempt& failed);
    void finish(session_end ended) noexcept;
    [[nodiscard]] session_end how_it_ended() const noexcept;
    [[nodiscard]] session_record record(session_end ended) const;

    const std::shared_ptr<const listening> where_;
    worker& worker_;
    platform::connection client_;
    platform::connection target_;
    lease lease_;
    const platform::endpoint peer_;
    const platform::clock::time_point accepted_at_;
    platform::clock::time_point connected_at_{};
    platform::relay_stats stats_;
    platform::relay_result relayed_;
    std::uint32_t last_target_ = 0;
    std::uint16_t failed_attempts_ = 0;
    bool connected_ = false;
    bool finished_ = false;
    bool cut_ = false;
};

} // namespace plug
