// network: the io_context and the deadline list of one worker.
#include "platform/portable/states.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

namespace plug::platform {

network::network(asio::io_context& context, network_options)
    : state_(std::make_unique<state>(context)) {}

network::~network() = default;

asio::io_context& network::context() const noexcept { return state_->context; }

clock::time_point network::now() const noexcept { return clock::now(); }

task<void> network::sleep_until(clock::time_point deadline) {
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer(
        state_->context.get_executor(), deadline);
    co_await timer.async_wait(asio::as_tuple(asio::deferred));
}

} // namespace plug::platform
