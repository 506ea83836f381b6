// network: the io_context and the deadline list of one worker.
#include "platform/portable/states.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
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
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer(
        state_->context.get_executor(), deadline);
    co_await timer.async_wait(asio::as_tuple(asio::deferred));
}

} // namespace plug::platform
