// One operation that waits for a descriptor. Lives in the frame of the coroutine that waits.
#pragma once

#include "platform/suspension.hpp"
#include "platform/transport/linux/event_loop.hpp"

namespace plug::platform {

/// Use: `waiter waiting{loop, slot}; co_await waiting.suspend(deadline);` then ask for the outcome.
/// `slot` names the waiter to whoever learns of the event, for as long as it waits.
class waiter final : public scheduled {
public:
    enum class outcome : std::uint8_t { ready, timed_out, aborted };

    waiter(event_loop& loop, waiter*& slot) noexcept : loop_(loop), slot_(&slot) {}
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() = default;

    [[nodiscard]] auto suspend(clock::time_point deadline) {
        return suspend_coroutine(
            [this, deadline](auto handler) { start(deadline, std::move(handler)); });
    }

    /// Waits until the others have had their turn.
    [[nodiscard]] auto suspend_for_a_turn() {
        return suspend_coroutine([this](auto handler) {
            start(never, std::move(handler));
            loop_.make_ready(*this);
        });
    }

    /// Waits without a coroutine: `ended` is called where one would be resumed, and may destroy the
    /// waiter.
    template <typename Ended> void start(clock::time_point deadline, Ended ended) {
        *slot_ = this;
        suspension_.hold(std::move(ended));
        loop_.suspend(*this, deadline);
    }

    [[nodiscard]] outcome how() const noexcept { return outcome_; }

    /// Resumes the coroutine here and now.
    void complete(outcome how) {
        outcome_ = how;
        leave_slot();
        loop_.release(*this);
        suspension_.resume();
    }

    /// Resumes the coroutine soon, from the loop.
    void complete_soon(outcome how) noexcept {
        outcome_ = how;
        leave_slot();
        loop_.make_ready(*this);
    }

    void on_turn() override { complete(outcome_); }
    void on_deadline() override { complete(outcome::timed_out); }
    void on_abandoned() override {
        leave_slot();
        suspension_.forget();
    }

private:
    void leave_slot() noexcept {
        if (slot_ != nullptr && *slot_ == this)
            *slot_ = nullptr;
        slot_ = nullptr;
    }

    event_loop& loop_;
    waiter** slot_; // null once it waits no longer: the slot may be gone
    suspension suspension_;
    outcome outcome_ = outcome::ready;
};

} // namespace plug::platform
