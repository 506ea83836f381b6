// Where a session stands while every target that it may go to carries its most connections.
#pragma once

#include "core/balance/waiting_line.hpp"
#include "core/plug/lasting.hpp"
#include "core/plug/plug_runtime.hpp"
#include "core/plug/worker.hpp"
#include "platform/transport/transport.hpp"

#include <memory>
#include <utility>

namespace plug {

/// Hears that a session has left the queue.
class queue_observer {
public:
    /// On the worker's thread, once; may end the life of the observer and its place.
    virtual void queue_left() noexcept = 0;

protected:
    ~queue_observer() = default;
};

/// A place in the queue of a plug, whose pool calls from any thread.
class queue_place final : public waiting_client {
public:
    queue_place(const address& who, time_point waits_since, worker& home, queue_observer& told)
        : waiting_client(who, waits_since), home_(home), told_(told) {}

    void called() noexcept override {
        home_.post(memory_, [this] { told_.queue_left(); });
    }

private:
    worker& home_;
    queue_observer& told_;
    platform::handler_memory memory_;
};

/// Calls those whose time in the queue of `plug` is over, and lets targets be tried whose retry
/// time has come, until nobody waits any more. One timer for all of them, and none while nobody
/// waits.
class queue_watch final : public lasting {
public:
    queue_watch(std::shared_ptr<plug_runtime> plug, platform::network& network)
        : plug_(std::move(plug)), network_(network) {}

    platform::task<void> go_on() override;
    [[nodiscard]] const char* action() const noexcept override { return "watch a queue"; }

private:
    const std::shared_ptr<plug_runtime> plug_;
    platform::network& network_;
};

} // namespace plug
