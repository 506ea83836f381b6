// Connecting to a target: awaited, and with an observer.
#include "tests/support/transport/transport_worker.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace platform = plug::platform;

namespace {

platform::endpoint on_loopback(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

task<error_code> connect(platform::connection& made, transport_worker& worker,
                         platform::endpoint target, platform::connect_options options,
                         clock::time_point deadline) {
    co_return co_await made.connect(worker.network(), target, options, deadline);
}

struct started_worker : transport_worker {
    started_worker() { start(); }
    ~started_worker() { stop(); }
};

enum class way { awaited, observed };

std::ostream& operator<<(std::ostream& out, way how) {
    return out << (how == way::awaited ? "awaited" : "observed");
}

const auto both_ways = data::make({way::awaited, way::observed});

/// One connect. To be kept until its outcome is there.
class attempt : platform::connect_observer {
public:
    attempt(way how, transport_worker& worker, platform::connection& made,
            platform::endpoint target, platform::connect_options options = {},
            clock::time_point deadline = safety_net()) {
        if (how == way::awaited) {
            outcome_ = worker.begin(connect(made, worker, target, options, deadline));
        } else {
            worker.call([&] { made.connect(worker.network(), target, options, deadline, *this); });
        }
    }
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;
    ~attempt() = default;

    /// Throws where it hangs.
    [[nodiscard]] error_code outcome() { return transport_worker::outcome_of(outcome_); }

private:
    void connect_ended(error_code error) noexcept override {
        const auto told = told_; // the attempt may be gone as soon as the outcome is there
        told->set_value(error);
    }

    const std::shared_ptr<std::promise<error_code>> told_ =
        std::make_shared<std::promise<error_code>>();
    std::future<error_code> outcome_ = told_->get_future();
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_connect)

BOOST_DATA_TEST_CASE(a_connection_knows_whom_it_was_made_to, both_ways, how) {
    started_worker worker;
    listener target;
    platform::connection made;
    BOOST_TEST(!made);
    BOOST_TEST(attempt(how, worker, made, on_loopback(target.port())).outcome() == error_code{});
    BOOST_TEST(static_cast<bool>(made));
    BOOST_TEST(made.peer() == on_loopback(target.port()));
    BOOST_TEST(target.accept().peer_host() == "127.0.0.1");
    worker.stop();
}

BOOST_DATA_TEST_CASE(a_refused_connection_is_told_as_such_and_leaves_nothing, both_ways, how) {
    started_worker worker;
    const auto port = reserve_port();
    platform::connection made;
    BOOST_TEST(attempt(how, worker, made, on_loopback(port)).outcome() ==
               asio::error::connection_refused);
    BOOST_TEST(!made);
}

BOOST_DATA_TEST_CASE(after_a_failure_the_same_object_connects_elsewhere, both_ways, how) {
    started_worker worker;
    listener target;
    const auto closed = reserve_port();
    platform::connection made;
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(attempt(how, worker, made, on_loopback(closed)).outcome() ==
                   asio::error::connection_refused);
    }
    BOOST_TEST(attempt(how, worker, made, on_loopback(target.port())).outcome() == error_code{});
    worker.stop();
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(can_fall_silent))
BOOST_DATA_TEST_CASE(an_attempt_that_is_not_answered_ends_at_its_deadline, both_ways, how) {
    started_worker worker;
    listener target;
    target.drop_new_connections();
    platform::connection made;
    const auto deadline = clock::now() + 200ms;
    BOOST_TEST(attempt(how, worker, made, on_loopback(target.port()), {}, deadline).outcome() ==
               asio::error::timed_out);
    BOOST_TEST((clock::now() >= deadline));
    BOOST_TEST(!made);
}

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(can_fall_silent))
BOOST_DATA_TEST_CASE(an_attempt_that_is_cancelled_ends_aborted, both_ways, how) {
    started_worker worker;
    listener target;
    target.drop_new_connections();
    platform::connection made;
    attempt cancelled(how, worker, made, on_loopback(target.port()));
    BOOST_REQUIRE(eventually([&] {
        bool begun = false;
        worker.call([&] { begun = static_cast<bool>(made); });
        return begun;
    }));
    worker.call([&] { made.cancel(); });
    BOOST_TEST(cancelled.outcome() == asio::error::operation_aborted);
    BOOST_TEST(!made);
}

BOOST_DATA_TEST_CASE(a_source_address_is_used, both_ways, how) {
    started_worker worker;
    listener target;
    platform::connection made;
    platform::connect_options options;
    options.source = asio::ip::make_address("127.0.0.77");
    BOOST_TEST(attempt(how, worker, made, on_loopback(target.port()), options).outcome() ==
               error_code{});
    BOOST_TEST(target.accept().peer_host() == "127.0.0.77");
    worker.stop();
}

BOOST_DATA_TEST_CASE(a_source_address_that_is_not_ours_is_refused, both_ways, how) {
    started_worker worker;
    listener target;
    platform::connection made;
    platform::connect_options options;
    options.source = asio::ip::make_address("192.0.2.1"); // RFC 5737: nobody's
    BOOST_TEST(attempt(how, worker, made, on_loopback(target.port()), options).outcome() ==
               boost::system::errc::address_not_available);
    BOOST_TEST(!made);
}

BOOST_AUTO_TEST_CASE(ipv6_targets_are_reached) {
    started_worker worker;
    listener target("::1");
    platform::connection made;
    const platform::endpoint where{asio::ip::address_v6::loopback(), target.port()};
    BOOST_TEST(worker.run(connect(made, worker, where, {}, safety_net())) == error_code{});
    BOOST_TEST(made.peer() == where);
    worker.stop();
}

BOOST_AUTO_TEST_CASE(the_socket_is_kept_alive_where_that_is_asked,
                     *boost::unit_test::precondition(can_tell_keepalive)) {
    started_worker worker;
    for (const bool wanted : {false, true}) {
        listener target;
        platform::connection made;
        platform::connect_options options;
        options.keepalive = wanted;
        BOOST_TEST(worker.run(connect(made, worker, on_loopback(target.port()), options,
                                      safety_net())) == error_code{});
        const auto accepted = target.accept();
        BOOST_TEST(keepalive_runs(accepted.peer_port(), target.port()) == wanted);
        worker.call([&] { made.close(); });
    }
}

BOOST_AUTO_TEST_SUITE_END()
