#include "tests/support/transport/transport_worker.hpp"

#include <stdexcept>

namespace plug::test {

namespace {

platform::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

void check(const error_code& error, const char* what) {
    if (error)
        throw std::runtime_error(std::string(what) + ": " + error.message());
}

} // namespace

transport_worker::transport_worker(platform::network_options options)
    : network_(context_, std::move(options)) {}

void transport_worker::start() {
    thread_ = std::thread([this] { network_.run(); });
}

void transport_worker::stop() {
    network_.stop();
    if (thread_.joinable())
        thread_.join();
}

void end_on_worker::operator()(platform::connection* ended) const {
    if (worker->is_running())
        worker->call([ended] { delete ended; });
    else
        delete ended;
}

joined_connection connect_out(transport_worker& worker) {
    listener where;
    joined_connection made(worker);
    check(
        worker.run(made.inner->connect(worker.network(), loopback(where.port()), {}, safety_net())),
        "connect");
    made.outer = where.accept();
    return made;
}

joined_connection connect_in(transport_worker& worker, platform::acceptor& acceptor,
                             const stream_options& options) {
    joined_connection made(worker);
    made.outer = stream::connect("127.0.0.1", acceptor.local().port(), options);
    auto accepted = worker.run(acceptor.accept());
    check(accepted.error, "accept");
    worker.call([&] { *made.inner = std::move(accepted.client); });
    return made;
}

void watched_relay::begin(transport_worker& worker, platform::connection& client,
                          platform::connection& target, platform::relay_options options) {
    worker.call([&] { platform::relay(client, target, options, stats, *this); });
}

bool watched_relay::is_running() const {
    return result_.wait_for(milliseconds{0}) != std::future_status::ready;
}

void watched_relay::relay_ended(const platform::relay_result& result) noexcept {
    promised_.set_value(result);
}

accepting_worker::accepting_worker(platform::network_options options)
    : transport_worker(std::move(options)) {
    platform::network* const workers[] = {&network()};
    error_code error;
    placed_ = platform::open_acceptors(loopback(0), {}, workers, error);
    check(error, "listen");
    start();
}

accepting_worker::~accepting_worker() { stop(); }

relayed_session::relayed_session(platform::relay_options options,
                                 const stream_options& client_options,
                                 platform::network_options network)
    : worker_(std::move(network)),
      client_side_(connect_in(worker_, worker_.acceptor(), client_options)),
      target_side_(connect_out(worker_)), options_(options), client(client_side_.outer),
      target(target_side_.outer) {}

relayed_session::~relayed_session() { worker_.stop(); }

void relayed_session::relay() {
    relay_.begin(worker_, *client_side_.inner, *target_side_.inner, options_);
}

void relayed_session::cancel() {
    worker_.call([this] { client_side_.inner->cancel(); });
}

void relayed_session::unread_from_target(std::string_view bytes) {
    worker_.call([&] { target_side_.inner->unread(bytes); });
}

platform::relay_stats relayed_session::stats() {
    platform::relay_stats copied;
    worker_.call([&] { copied = relay_.stats; });
    return copied;
}

std::size_t relayed_session::unsent_to(platform::side receiver) {
    std::size_t bytes = 0;
    worker_.call([&] {
        const auto& to = receiver == platform::side::client ? client_side_ : target_side_;
        bytes = to.inner->unsent();
    });
    return bytes;
}

bool relayed_session::is_closed() {
    bool closed = false;
    worker_.call([&] { closed = !*client_side_.inner && !*target_side_.inner; });
    return closed;
}

} // namespace plug::test
