#include "platform/transport/linux/network_state.hpp"
#include "platform/transport/linux/waiter.hpp"

namespace plug::platform {

network::state::state(asio::io_context& context, network_options wanted)
    : options(std::move(wanted)), pipes(options.on_copying),
      buffer(std::make_unique_for_overwrite<char[]>(buffer_size)), loop(context, options.spin) {}

network::network(asio::io_context& context, network_options options)
    : state_(std::make_unique<state>(context, std::move(options))) {}

network::~network() = default;

void network::run() { state_->loop.run(); }

void network::stop() noexcept { state_->loop.stop(); }

void network::wake() noexcept { state_->loop.wake(); }

clock::time_point network::now() const noexcept { return clock::now(); }

task<void> network::sleep_until(clock::time_point deadline) {
    waiter* nobody_else = nullptr;
    waiter sleeper{state_->loop, nobody_else};
    co_await sleeper.suspend(deadline);
}

} // namespace plug::platform
