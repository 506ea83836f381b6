// The state machine behind relay(): two flows and how they end.
#pragma once

#include "platform/transport/linux/flow.hpp"

#include <array>

namespace plug::platform {

/// Owns itself: made by relay(), gone before its observer hears of the end. Runs on the events of
/// its two connections.
class relay_machine final : public scheduled {
public:
    relay_machine(connection& client, connection& target, const relay_options& options,
                  relay_stats& stats, relay_observer& observer);
    relay_machine(const relay_machine&) = delete;
    relay_machine& operator=(const relay_machine&) = delete;

    /// Moves what is there already.
    void start();

    /// Readiness of one of the two has changed.
    void on_events();
    /// Bytes that were read for `receiver` and are not yet written.
    [[nodiscard]] std::size_t held_for(const connection::state& receiver) const noexcept {
        return flows_[&receiver == sides_[client_side] ? target_side : client_side].held();
    }
    /// Ends in operation_aborted, soon.
    void cancel() noexcept { loop().make_ready(*this); }
    /// One of the two connections goes, or the worker does: ends without a word.
    void abandon() noexcept;

    void on_turn() override;
    void on_deadline() override;
    void on_abandoned() override { abandon(); }

private:
    ~relay_machine();

    static constexpr std::size_t client_side = 0;
    static constexpr std::size_t target_side = 1;

    [[nodiscard]] event_loop& loop() const noexcept { return sides_[0]->worker.loop; }
    void advance();
    void advance(std::size_t sender);
    void notice_failures();
    void came_first(std::size_t which) noexcept;
    void fail(std::size_t which, int error);
    void end_of(std::size_t sender);
    void settle();
    void flush();
    [[nodiscard]] bool has_all(std::size_t receiver);
    void finish(error_code error);
    void attach(relay_stats& stats) noexcept;
    void detach() noexcept;
    void end_if_finished();

    // What every event looks at stands first and together.
    std::uint8_t failed_side_ = 0;
    std::uint8_t polls_ = 0;
    bool first_is_known_ = false;
    bool failing_ = false;
    bool settling_ = false;
    bool finished_ = false;
    std::array<connection::state*, 2> sides_;
    /// Indexed by the side that sends.
    std::array<flow, 2> flows_;
    relay_observer& observer_;
    relay_stats& stats_;
    connection& client_;
    connection& target_;
    relay_result result_;
    std::chrono::duration<std::uint32_t, std::milli> flush_timeout_;
    /// How many bytes had been delivered when last asked; they are only compared.
    std::uint32_t delivered_ = 0;
    clock::time_point flush_until_ = never;
};

} // namespace plug::platform
