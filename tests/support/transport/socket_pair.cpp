#include "tests/support/transport/connection_pair.hpp"

#include <ostream>

namespace plug::test {

namespace {

joined_connection join(accepting_worker& worker, origin how) {
    return how == origin::accepted ? connect_in(worker, worker.acceptor()) : connect_out(worker);
}

} // namespace

std::ostream& operator<<(std::ostream& out, origin how) {
    return out << (how == origin::accepted ? "accepted" : "connected");
}

struct connection_pair::state {
    explicit state(origin made) : how(made), joined(join(worker, made)) {}
    ~state() { worker.stop(); }

    origin how;
    accepting_worker worker;
    joined_connection joined;
};

connection_pair::connection_pair(origin how) : state_(std::make_unique<state>(how)) {}
connection_pair::~connection_pair() = default;

transport_worker& connection_pair::worker() noexcept { return state_->worker; }
platform::connection& connection_pair::inner() noexcept { return *state_->joined.inner; }

platform::endpoint connection_pair::outer_address() const {
    const auto& outer = state_->joined.outer;
    return {asio::ip::make_address(outer.local_host()), outer.local_port()};
}

void connection_pair::send(std::string_view bytes) { state_->joined.outer.send(bytes); }
void connection_pair::half_close() { state_->joined.outer.half_close(); }
void connection_pair::reset() { state_->joined.outer.reset(); }

std::string connection_pair::received(std::size_t bytes) {
    return state_->joined.outer.receive(bytes);
}

stream_end connection_pair::end() { return state_->joined.outer.receive_to_end().end; }

clock::time_point connection_pair::soon() { return clock::now() + milliseconds{30}; }
void connection_pair::let_time_pass() {}

} // namespace plug::test
