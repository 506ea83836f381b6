// A session: one client connection and its target connection, from accept to its record.
#pragma once

#include "core/balance/lease.hpp"
#include "core/plug/connector.hpp"
#include "core/plug/plug_runtime.hpp"
#include "core/plug/session_limits.hpp"
#include "core/plug/worker.hpp"
#include "core/plug/worker_session.hpp"
#include "core/session/queue_place.hpp"
#include "platform/transport/transport.hpp"

#include <memory>
#include <optional>

namespace plug {

struct introduced;

/// Belongs to one worker. Its way: begin() connects to a target, after enter() where the plug asks
/// its clients who they are; where connecting fails, or takes more than one connect, run() goes on
/// until a target is reached; then the relay starts, relay_ended() hears of its end, and finish()
/// is the only exit. Where every target is full it waits in between, until queue_left() hears what
/// has become of that. While it waits for its first connect, for a target with room and for its
/// relay the session owns itself, and holds no coroutine frames.
class session final : public worker_session,
                      private platform::connect_observer,
                      private platform::relay_observer,
                      private queue_observer {
public:
    /// Takes over `client`, which was accepted for `where` and belongs to `runner`. It has passed
    /// the entrance, unless the plug asks its clients who they are. Counts itself in the runner's
    /// census.
    session(std::shared_ptr<const listening> where, worker& runner, platform::connection client);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Sets the session going, on the worker's thread.
    static void begin(std::unique_ptr<session> self);

    void cut(session_end why) noexcept override;
    using worker_session::cut;
    [[nodiscard]] bool is_cut() const noexcept override { return cut_; }
    [[nodiscard]] const destination* bound_for() const noexcept override {
        return lease_ ? &last_target() : nullptr;
    }
    [[nodiscard]] bool was_connected(platform::clock::time_point time) const noexcept override {
        return connected_ && connected_at_ <= time;
    }
    bool hold_to_limits(platform::clock::time_point now) noexcept override;

private:
    void connect_ended(platform::error_code error) noexcept override;
    void relay_ended(const platform::relay_result& result) noexcept override;
    static void go_on(std::unique_ptr<session> self, std::optional<attempt> first);
    static platform::task<void> run(std::unique_ptr<session> self, std::optional<attempt> first);
    static void head_for_target(std::unique_ptr<session> self);
    static void start_relay(std::unique_ptr<session> self);
    void leave_worker() noexcept;
    [[nodiscard]] session_counters::block& totals() const noexcept {
        return terms_->totals->of(worker_.number());
    }
    void count_begin() const noexcept;
    void count_end(session_end ended) const noexcept;
    void count_failed_connect(bool by_target) const noexcept;
    void let_go_of_plug() noexcept;
    void begin_limits(std::chrono::milliseconds interval);
    [[nodiscard]] std::optional<session_end>
    limit_reached(platform::clock::time_point now) noexcept;
    void finish(session_end ended) noexcept;

    // session_entrance.cpp
    static void enter(std::unique_ptr<session> self);
    static platform::task<void> introduce(std::unique_ptr<session> self);
    [[nodiscard]] bool is_let_in(const introduced& known);
    void go_over_to(std::shared_ptr<const listening> other) noexcept;
    void turn_away() noexcept;

    // session_reach.cpp
    bool take_target(const tried_targets& tried);
    platform::task<bool> reach_target(std::optional<attempt> first);
    platform::task<attempt> try_target(std::optional<attempt> result);
    platform::task<bool> found_elsewhere(std::shared_ptr<destination> where,
                                         std::shared_ptr<const destination::endpoints> before);
    platform::task<bool> wait_for(shortage& whose, platform::error_code lacking);
    void note_connected(platform::clock::time_point began);
    void note_failed(const attempt& failed);

    // session_queue.cpp
    void queue_left() noexcept override;
    void given_no_target(tried_targets tried);
    void ask_for_place(tried_targets tried);
    [[nodiscard]] bool asks_for_place() const noexcept;
    static void queue(std::unique_ptr<session> self);
    bool go_over_to_newest_plug();
    [[nodiscard]] session_end how_queue_ended() const noexcept;
    [[nodiscard]] bool is_queued() const noexcept;

    // session_record.cpp
    [[nodiscard]] session_end how_it_ended() const noexcept;
    [[nodiscard]] session_party whose_end(session_end ended) const noexcept;
    [[nodiscard]] session_record record(session_end ended) const;

    [[nodiscard]] const destination& last_target() const noexcept {
        return where_ == nullptr ? *reached_ : *where_->plug->target(last_target_);
    }

    /// Until the relay starts. Then the session holds its terms and its target alone, and a reload
    /// may free its plug.
    std::shared_ptr<const listening> where_;
    std::shared_ptr<const session_terms> terms_;
    std::shared_ptr<const destination> reached_;
    worker& worker_;
    platform::connection client_;
    platform::connection target_;
    race_slot race_; // for target_
    lease lease_;
    /// Null = it never had to wait for a target.
    std::unique_ptr<queue_place> place_;
    /// Who the client is: its peer, or whom it has named at the entrance. Does not change later.
    platform::endpoint peer_;
    const platform::clock::time_point accepted_at_;
    /// Until it is connected: when it was let in.
    platform::clock::time_point connected_at_ = accepted_at_;
    /// When its age ends it; never = it does not.
    platform::clock::time_point expires_at_ = platform::never;
    platform::relay_stats stats_;
    platform::relay_result relayed_;
    /// What follows stands in its padding: a session is as small as it can be.
    [[no_unique_address]] unsent_bytes unsent_;
    pick_reason picked_ = pick_reason::none;
    bool connected_ = false;
    bool finished_ = false;
    std::uint32_t last_target_ = 0;
    std::uint16_t failed_attempts_ = 0;
    bool cut_ = false;
    session_end cut_for_ = session_end::stopped;
};

} // namespace plug
