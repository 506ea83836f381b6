#include "tests/support/transport/connection_pair.hpp"
#include "tests/support/transport/scripted_transport.hpp"

#include <boost/asio/error.hpp>

#include <ostream>

namespace plug::test {

using testing::far_end;

std::ostream& operator<<(std::ostream& out, origin how) {
    return out << (how == origin::accepted ? "accepted" : "connected");
}

/// The script is read and written on the thread of the worker alone.
struct connection_pair::state {
    explicit state(origin how) : inner(new platform::connection, {&worker}) {
        worker.start();
        if (how == origin::accepted) {
            outer = std::make_shared<far_end>(far_end{address});
            worker.call([this] { *inner = net().accepted(outer); });
        } else {
            worker.run(inner->connect(worker.network(), address, {}, never));
            outer = net().connects.front();
        }
    }
    ~state() { worker.stop(); }

    [[nodiscard]] platform::network::state& net() { return worker.network().self(); }
    void say(testing::portion next) {
        worker.call([&] { outer->says.push_back(std::move(next)); });
    }

    const platform::endpoint address{asio::ip::make_address("192.0.2.1"), 5000};
    transport_worker worker;
    owned_connection inner;
    std::shared_ptr<far_end> outer;
    std::size_t seen = 0;
};

connection_pair::connection_pair(origin how) : state_(std::make_unique<state>(how)) {}
connection_pair::~connection_pair() = default;

transport_worker& connection_pair::worker() noexcept { return state_->worker; }
platform::connection& connection_pair::inner() noexcept { return *state_->inner; }
platform::endpoint connection_pair::outer_address() const { return state_->address; }

void connection_pair::send(std::string_view bytes) { state_->say({std::string(bytes)}); }
void connection_pair::half_close() { state_->say({}); }
void connection_pair::reset() {
    state_->say({"", asio::error::connection_reset});
    state_->worker.call([this] { state_->outer->takes = asio::error::broken_pipe; });
}

std::string connection_pair::received(std::size_t bytes) {
    std::string given;
    state_->worker.call([&] { given = state_->outer->heard.substr(state_->seen, bytes); });
    state_->seen += given.size();
    return given;
}

stream_end connection_pair::end() {
    auto now = far_end::state::open;
    state_->worker.call([&] { now = state_->outer->now; });
    return now == far_end::state::open     ? stream_end::timed_out
           : now == far_end::state::closed ? stream_end::orderly
                                           : stream_end::reset;
}

clock::time_point connection_pair::soon() {
    return state_->worker.network().now() + milliseconds{30};
}

void connection_pair::let_time_pass() {
    state_->worker.call([this] { state_->net().advance(milliseconds{60}); });
}

} // namespace plug::test
