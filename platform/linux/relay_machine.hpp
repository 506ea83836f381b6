// The state machine behind relay(): two flows and how they end.
#pragma once

#include "platform/linux/flow.hpp"

#include <array>

namespace plug::platform {

/// Lives in the frame of relay(). Runs on the events of its two connections.
class relay_machine final : public scheduled {
public:
    relay_machine(connection& client, connection& target, const relay_options& options,
                  relay_stats& stats);
    relay_machine(const relay_machine&) = delete;
    relay_machine& operator=(const relay_machine&) = delete;
    ~relay_machine();

    /// Moves what is there already.
    void start() { advance(); }

    [[nodiscard]] bool finished() const noexcept { return finished_; }

    /// To be awaited where it has not finished.
    [[nodiscard]] auto wait() {
        return suspend_coroutine([this](auto handler) { suspension_.hold(std::move(handler)); });
    }

    [[nodiscard]] const relay_result& result() const noexcept { return result_; }

    /// Readiness of one of the two has changed.
    void on_events();
    /// Ends in operation_aborted, soon.
    void cancel() noexcept { loop().make_ready(*this); }

    void on_turn() override;
    void on_deadline() override;
    void on_abandoned() override;

private:
    static constexpr std::size_t client_side = 0;
    static constexpr std::size_t target_side = 1;

    [[nodiscard]] event_loop& loop() const noexcept { return sides_[0]->worker.loop; }
    void advance();
    void advance(std::size_t sender);
    void notice_failures();
    void came_first(std::size_t which) noexcept;
    void fail(std::size_t which, int error);
    void end_of(std::size_t sender);
    void flush();
    void finish(error_code error);
    void detach() noexcept;

    connection& client_;
    connection& target_;
    std::array<connection::state*, 2> sides_;
    /// Indexed by the side that sends.
    std::array<flow, 2> flows_;
    relay_result result_;
    suspension suspension_;
    std::chrono::milliseconds flush_timeout_;
    clock::time_point flush_until_ = never;
    std::uint8_t failed_side_ = 0;
    std::uint8_t polls_ = 0;
    bool first_is_known_ = false;
    bool failing_ = false;
    bool finished_ = false;
};

} // namespace plug::platform
