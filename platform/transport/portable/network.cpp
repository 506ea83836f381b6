// network: the io_context and the deadline list of one worker.
#include "platform/suspension.hpp"
#include "platform/transport/portable/states.hpp"

#include <boost/asio/executor_work_guard.hpp>

namespace plug::platform {

network::network(asio::io_context& context, network_options)
    : state_(std::make_unique<state>(context)) {}

network::~network() = default;

void network::run() {
    const auto guard = asio::make_work_guard(state_->context);
    state_->context.run();
}

void network::stop() noexcept { state_->context.stop(); }

void network::wake() noexcept {} // the io_context wakes by itself

clock::time_point network::now() const noexcept { return clock::now(); }

task<void> network::sleep_until(clock::time_point deadline) {
    return state_->sleep_until(deadline);
}

task<void> network::state::sleep_until(clock::time_point deadline) {
    suspension sleeper;
    const deadline_entry entry(
        deadlines, deadline, [](void* waiter) { static_cast<suspension*>(waiter)->resume(); },
        &sleeper, [](void* waiter) { static_cast<suspension*>(waiter)->forget(); });
    co_await suspend_coroutine([&](auto handler) { sleeper.hold(std::move(handler)); });
}

} // namespace plug::platform
